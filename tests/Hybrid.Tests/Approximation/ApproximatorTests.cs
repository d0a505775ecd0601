using Xunit;

namespace Hybrid.Tests;

public class ApproximatorTests
{
    [Fact]
    public void A_report_holds_the_network_and_its_proof()
    {
        var report = Approximator.Approximate("x^2", new ApproximationOptions { From = [-1], Epsilon = 0.01 });
        Assert.Equal(["x"], report.Variables);
        Assert.Equal([new Interval(-1, 1)], report.Domain);
        Assert.Equal(2, report.Curvature!.Value, 1e-9);
        Assert.True(report.Certificate.Holds);
        Assert.InRange(report.Certificate.Bound, report.Certificate.Measured, 0.01);
        // M h² / 8 ≤ ε: h = 1/5
        Assert.Equal((11, 34), (report.Neurons, report.Parameters));
        Assert.Equal("x^2", report.Model.Option("formula"));
    }

    [Fact]
    public void One_number_applies_to_every_variable()
    {
        var report = Approximator.Approximate("x+y", new ApproximationOptions { Method = "kuhn", From = [-1, 0], To = [2], Epsilon = 0.5 });
        Assert.Equal([new Interval(-1, 2), new Interval(0, 2)], report.Domain);
    }

    [Fact]
    public void Constructions_are_compared_with_training_and_vice_versa()
    {
        var options = new ApproximationOptions { Epsilon = 0.05 };
        Assert.Equal(["trained"], Approximator.Compare("sin(2*pi*x)", options).Select(cost => cost.Method));
        var costs = Approximator.Compare("sin(2*pi*x)", options with { Method = "trained" });
        Assert.Equal(["relu", "sigmoid", "bumps"], costs.Select(cost => cost.Method));
        Assert.All(costs, cost => Assert.Equal(3 * cost.Neurons + 1, cost.Parameters));

        // so steep at its end that every construction is too large
        Assert.Empty(Approximator.Compare("1/(x-2)^1000", options with { To = [1.999], Method = "trained" }));
    }

    [Fact]
    public void Options_are_checked()
    {
        void Refuses(string option, ApproximationOptions options) =>
            Assert.Equal(option, Assert.Throws<OptionException>(() => Approximator.Approximate("x", options)).Option);

        Refuses("Method", new ApproximationOptions { Method = "spline" });
        Refuses("Epsilon", new ApproximationOptions { Epsilon = double.NaN });
        Refuses("From", new ApproximationOptions { From = [0, 1] });
        Refuses("From", new ApproximationOptions { From = [] });
        Refuses("To", new ApproximationOptions { To = [double.PositiveInfinity] });
        Refuses("Lipschitz", new ApproximationOptions { Lipschitz = -1 });
        Refuses("Curvature", new ApproximationOptions { Curvature = double.PositiveInfinity });
    }
}
