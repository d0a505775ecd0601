using Xunit;

namespace Hybrid.Tests;

public class EncloseTests
{
    /// <summary>x and y to 0.1 x - 0.2 y + 0.3.</summary>
    static readonly NeuralNetwork Plane = NeuralNetwork.WithInputs(2)
        .Linear(new float[,] { { 0.1f, -0.2f } }, [0.3f]);

    [Fact]
    public void Exact_bounds_of_a_plane_are_its_values_at_the_corners()
    {
        var bounds = Assert.Single(Plane.Enclose([new Interval(-1, 1), new Interval(0, 2)]));
        Assert.Equal((double)-0.1f - 2 * (double)0.2f + 0.3f, bounds.Exact.Lower, 1e-14);
        Assert.Equal((double)0.1f + 0.3f, bounds.Exact.Upper, 1e-14);
    }

    [Fact]
    public void Computed_outputs_are_within_the_computed_bounds_but_not_always_within_the_exact_ones()
    {
        var network = NeuralNetwork.FromSizes([2, 16, 16, 3], activation: "tanh");
        var random = new System.Random(1);
        var outside = 0;

        for (var i = 0; i < 200; i++)
        {
            float[] x = [random.NextSingle(), random.NextSingle()];
            var bounds = network.Enclose([new Interval(x[0], x[0]), new Interval(x[1], x[1])]);
            var outputs = network.Predict(x);
            Assert.All(outputs.Zip(bounds), pair =>
            {
                Assert.InRange(pair.First, pair.Second.Computed.Lower, pair.Second.Computed.Upper);
                Assert.InRange(pair.Second.Rounding, double.Epsilon, 1e-4);
                Assert.True(pair.Second.Computed.Lower <= pair.Second.Exact.Lower);
                Assert.True(pair.Second.Computed.Upper >= pair.Second.Exact.Upper);
                if (pair.First < pair.Second.Exact.Lower || pair.First > pair.Second.Exact.Upper)
                    outside++;
            });
        }

        Assert.True(outside > 0);
    }

    [Fact]
    public void An_approximation_is_bounded_on_its_domain()
    {
        var report = Approximator.Approximate("x^2", new ApproximationOptions { From = [-1], Epsilon = 0.01 });
        var bounds = Assert.Single(report.Model.Network.Enclose(report.Domain));
        Assert.True(bounds.Exact.Lower <= 0.01 && bounds.Exact.Upper >= 0.99);
        Assert.InRange(bounds.Rounding, 0, report.Certificate.Epsilon);
    }

    [Fact]
    public void A_number_that_may_overflow_has_no_computed_bounds()
    {
        var twice = NeuralNetwork.WithInputs(1).Linear(new float[,] { { 2 } }, [0]);
        var bounds = Assert.Single(twice.Enclose([new Interval(-3e38, 3e38)]));
        Assert.True(double.IsFinite(bounds.Exact.Upper));
        Assert.Equal(double.PositiveInfinity, bounds.Rounding);
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), (bounds.Computed.Lower, bounds.Computed.Upper));
    }

    [Fact]
    public void An_invalid_box_is_refused()
    {
        Assert.Throws<HybridException>(() => Plane.Enclose([new Interval(0, 1)]));
        Assert.Throws<HybridException>(() => Plane.Enclose([new Interval(0, 1), new Interval(1, 0)]));
        Assert.Throws<HybridException>(() => Plane.Enclose([new Interval(0, 1), new Interval(double.NaN, 1)]));
    }
}
