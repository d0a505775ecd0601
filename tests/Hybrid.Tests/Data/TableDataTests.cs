using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class TableDataTests
{
    static readonly float[][] Rows = [[0, 1], [2, 3], [4, float.NaN], [6, 7]];

    sealed record House(double Area, int Rooms, string Street, double Price);

    static readonly House[] Houses = [new(50, 2, "Elm", 100), new(80, 3, "Oak", 170), new(120, 5, "Elm", 260)];

    static void Refuses(string part, Action action) =>
        Assert.Contains(part, Assert.Throws<TableException>(action).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_that_is_no_date_is_refused_as_one()
    {
        var sales = Enumerable.Range(0, 20).Select(i => new { Sold = new DateTime(2024, 1, 1).AddDays(7 * i), Price = 3.5 * i });
        var model = Trainer.Train(TableData.FromRows(sales.ToArray()), new() { Epochs = 1 }).Model;
        var refused = Assert.Throws<HybridException>(() => model.Encode(new Dictionary<string, object?> { ["Sold"] = "soon" }));
        Assert.StartsWith("«soon» is not a date, but the column «Sold» holds dates. Give one as in the table,", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_with_classes_become_a_data_set()
    {
        var data = TableData.FromArrays(Rows, ["yes", "no", "no", "maybe"], ["a", "b"]);
        Assert.Equal(4, data.Count);
        Assert.Equal(["a", "b"], data.Columns.Select(column => column.Name));
        Assert.Equal(["maybe", "no", "yes"], data.Classes);
        Assert.Equal([2.0, 1, 1, 0], Enumerable.Range(0, 4).Select(data.Target));
        Assert.Equal([2, 3], data[1].ToArray());
        Assert.Equal([4, float.NaN], data[2].ToArray());
        Assert.Equal("data in memory: 4 examples, 2 columns, 3 classes", data.ToString());
    }

    [Fact]
    public void Arrays_with_quantities_are_copied()
    {
        float[][] rows = [[1], [2]];
        float[] quantities = [10, 20];
        var data = TableData.FromArrays(rows, quantities);
        rows[0][0] = quantities[0] = 99;
        Assert.Null(data.Classes);
        Assert.Equal(["x1"], data.Columns.Select(column => column.Name));
        Assert.Equal((1, 10), (data[0][0], data.Target(0)));
    }

    [Fact]
    public void Objects_become_a_data_set_by_selectors()
    {
        var prices = TableData.From(Houses, house => house.Price, ("area", house => house.Area), ("rooms", house => house.Rooms));
        Assert.Equal(["area", "rooms"], prices.Columns.Select(column => column.Name));
        Assert.Equal([120, 5], prices[2].ToArray());
        Assert.Equal(260, prices.Target(2));

        var streets = TableData.From(
            Houses, house => house.Street, ("price", house => house.Price), ("street", house => house.Street),
            ("large", house => house.Rooms > 2), ("rooms", house => house.Rooms == 3 ? null : house.Rooms));
        Assert.Equal(["Elm", "Oak"], streets.Columns[1].Categories);
        Assert.Equal(["False", "True"], streets.Columns[2].Categories);
        Assert.Equal([170, 1, 1, float.NaN], streets[1].ToArray());
        Assert.Equal(["Elm", "Oak"], streets.Classes);
        Assert.Equal([0.0, 1, 0], Enumerable.Range(0, 3).Select(streets.Target));
    }

    [Fact]
    public void Parts_share_the_numbers_of_their_data_set()
    {
        var part = TableData.FromArrays(Rows, [1f, 2, 3, 4]).Subset([3, 1, 1]);
        Assert.Equal(3, part.Count);
        Assert.Equal([6, 7], part[0].ToArray());
        Assert.Equal([4.0, 2, 2], Enumerable.Range(0, 3).Select(part.Target));
        Assert.Equal([6, 7], part.Subset([0])[0].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Subset([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => part[-1].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Target(3));

        var (first, second) = TableData.Load("iris").Split(0.2);
        Assert.Equal((120, 30), (first.Count, second.Count));
        Assert.Equal([10, 10, 10], Enumerable.Range(0, 30).CountBy(i => second.Target(i)).Select(pair => pair.Value));
        Assert.Equal("share must be at least 0 and below 1, not 2.", Assert.Throws<OptionException>(() => second.Split(2)).Message);
    }

    [Fact]
    public void A_file_is_streamed_if_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t.csv"), "a,b\n1,x\n2,y\n3,x\n");
        var data = TableData.FromCsv(folder.File("t.csv"), new() { Stream = true });
        Refuses("streamed", () => _ = data[0].Length);
        var error = Assert.Throws<OptionException>(() => TableData.FromCsv(folder.File("t.csv"), new() { Buffer = 5 }));
        Assert.Equal("Buffer applies only to a streamed table.", error.Message);
    }

    [Fact]
    public void Invalid_data_are_refused_with_the_reason()
    {
        Refuses("no examples", () => TableData.FromArrays([], Array.Empty<float>()));
        Refuses("no columns", () => TableData.FromArrays([[]], [1f]));
        Refuses("example 1 has 1 numbers, but the first one has 2", () => TableData.FromArrays([[1, 2], [3]], [1f, 2]));
        Refuses("«x2» of example 0 is infinite", () => TableData.FromArrays([[1, float.PositiveInfinity]], [1f]));
        Refuses("2 examples and 1 targets", () => TableData.FromArrays([[1], [2]], [1f]));
        Refuses("the target of example 1 is NaN", () => TableData.FromArrays([[1], [2]], [1, float.NaN]));
        Refuses("the target of example 1 is missing", () => TableData.FromArrays([[1], [2]], ["a", null!]));
        Refuses("example 1 has 0 numbers", () => TableData.FromArrays([[1], null!], [1f, 2]));
        Refuses("holds names, but example 1 has 3", () => TableData.From([0, 1], i => i, ("mixed", i => i == 0 ? "a" : 3)));
        Refuses("holds a value of the type House", () => TableData.From(Houses, house => house.Price, ("itself", house => house)));
        Refuses("1 names for 2 columns", () => TableData.FromArrays(Rows, [1f, 2, 3, 4], ["a"]));
        Refuses("two columns are called «a»", () => TableData.FromArrays(Rows, [1f, 2, 3, 4], ["a", "a"]));
        Refuses("no columns", () => TableData.From(Houses, house => house.Price));
        Refuses("no such file", () => TableData.Load("nothing.csv"));
    }

    [Fact]
    public void Tables_are_read_with_options()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("iris");
        File.WriteAllText(path, "id;colour;size\n1;red;1,5\n2;blue;2,5\n3;red;NA\n");
        var data = TableData.FromCsv(path, new TableOptions { Target = "colour", Ignore = ["id"] });
        Assert.Equal(["size"], data.Columns.Select(column => column.Name));
        Assert.Equal(["blue", "red"], data.Classes);
        Assert.Equal([1.5f, 2.5f, float.NaN], Enumerable.Range(0, 3).Select(i => data[i][0]));

        var prices = TableData.FromCsv(path, new TableOptions { Target = "id", Task = TaskKind.Regression });
        Assert.Null(prices.Classes);
        Assert.Equal(["blue", "red"], prices.Columns[0].Categories);
        Assert.Null(prices.Columns[1].Categories);
    }

    [Fact]
    public void Built_in_data_are_loaded_by_name()
    {
        Assert.Contains("digits", TableData.BuiltIn);
        var iris = TableData.Load("iris");
        Assert.Equal((150, 4, 3), (iris.Count, iris.Columns.Count, iris.Classes!.Count));
        Assert.Null(iris.TestPart);
    }

    [Fact]
    public void Idx_folders_come_with_a_test_part()
    {
        using var folder = new TemporaryFolder();

        void Write(string part, byte[] pixels, byte[] labels)
        {
            File.WriteAllBytes(
                folder.File($"{part}-images-idx3-ubyte"),
                [0, 0, 8, 3, 0, 0, 0, (byte)labels.Length, 0, 0, 0, 1, 0, 0, 0, 2, .. pixels]);
            File.WriteAllBytes(folder.File($"{part}-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, (byte)labels.Length, .. labels]);
        }

        Write("train", [1, 2, 3, 4, 5, 6], [0, 1, 0]);
        Write("t10k", [7, 8], [1]);
        var data = TableData.FromIdx(folder.Path);
        Assert.Equal((3, 2), (data.Count, data.Columns.Count));
        Assert.Equal([3, 4], data[1].ToArray());
        Assert.Equal([7, 8], data.TestPart![0].ToArray());
        Assert.Equal("1", data.Classes![(int)data.TestPart.Target(0)]);
    }
}
