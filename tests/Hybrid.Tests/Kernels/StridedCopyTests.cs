using Xunit;

namespace Hybrid.Tests.Kernels;

public class StridedCopyTests
{
    static readonly Strided[] views =
    [
        new([], [], 0), new([], [], 5), new([7], [1], 2), new([7], [0], 3), new([7], [-1], 9),
        new([5], [3], 1), new([0, 3], [3, 1], 0),
        new([37, 41], [1, 37], 0), new([64, 64], [1, 64], 0), new([3, 5], [1, 3], 2), new([33, 5, 40], [1, 40 * 33, 33], 7),
        new([4, 3, 5], [15, 5, 1], 0), new([4, 3, 5], [0, 5, 1], 0), new([4, 3, 5], [5, 0, 1], 0), new([4, 3, 5], [3, 1, 0], 0),
        new([2, 3, 4, 5], [1, 2, 6, 24], 0), new([10, 20], [50, 1], 3), new([10, 20], [50, 2], 3),
        new([6, 8], [-8, -1], 47), new([1, 9, 1], [4, 2, 8], 0),
        // windows that overlap, of two images of 40 × 40 × 6, and of one with dilation
        new([2, 36, 36, 5, 5, 6], [9600, 240, 6, 240, 6, 1], 0), new([1, 30, 17, 3, 3, 4], [6400, 160, 8, 480, 12, 1], 2),
    ];

    static IEnumerable<int> Places(Strided view)
    {
        var count = view.Extents.Aggregate(1, (x, y) => x * y);

        for (var i = 0; i < count; i++)
        {
            var (place, rest) = (view.Offset, i);

            for (var axis = view.Extents.Length - 1; axis >= 0; axis--)
            {
                place += rest % view.Extents[axis] * view.Strides[axis];
                rest /= view.Extents[axis];
            }

            yield return place;
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void A_view_is_read_written_and_added_in_the_order_of_its_extents(string name, int threads)
    {
        foreach (var view in views)
        {
            var places = Places(view).ToArray();
            var block = Engines.Random(1, places.DefaultIfEmpty(0).Max() + 4);
            var read = new float[places.Length];
            Engines.Get(name, threads).Read(view, block, read);
            Assert.Equal(places.Select(place => block[place]), read);

            var sum = new float[block.Length];
            var terms = Engines.Random(3, places.Length);

            for (var i = 0; i < places.Length; i++)
                sum[places[i]] += terms[i];

            // what was there before is not added
            var added = Engines.Random(4, block.Length);
            Engines.Get(name, threads).Accumulate(view, terms, added);
            Engines.Same(sum, added);

            // A place that is named twice has no one value to be written.
            if (places.Distinct().Count() < places.Length)
                continue;

            var dense = Engines.Random(2, places.Length);
            var expected = block.ToArray();

            for (var i = 0; i < places.Length; i++)
                expected[places[i]] = dense[i];

            Engines.Get(name, threads).Write(view, dense, block);
            Assert.Equal(expected, block);
        }
    }
}
