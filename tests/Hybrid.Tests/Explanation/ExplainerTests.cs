using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Explanations of models whose truth is known: a table that is linear in its columns.</summary>
public sealed class ExplainerTests : IDisposable
{
    const double Slope = 0.02, RoomSlope = 3, Red = 4;

    static readonly TrainingOptions linear = new() { Hidden = [], Optimizer = "lbfgs", L2 = 0, Epochs = 300, Threads = 1 };

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>y = 0.02 area + 3 rooms + 4 for red; noise says nothing.</summary>
    TableData Houses(bool hasCopy = false)
    {
        var random = new System.Random(5);
        var rows = Enumerable.Range(0, 300).Select(_ =>
        {
            var (area, rooms, noise) = (random.Next(400, 2000) / 10.0, random.Next(1, 7), random.NextDouble());
            var isRed = random.Next(2) == 0;
            var y = Slope * area + RoomSlope * rooms + (isRed ? Red : 0) + 0.2 * (random.NextDouble() - 0.5);
            return FormattableString.Invariant(
                $"{area:F1},{rooms},{(isRed ? "red" : "blue")},{noise:F4}{(hasCopy ? $",{10 * rooms + random.Next(2)}" : "")},{y:F4}");
        });
        File.WriteAllText(
            folder.File("houses.csv"), $"area,rooms,colour,noise{(hasCopy ? ",tenths" : "")},y\n{string.Join('\n', rows)}\n");
        return TableData.FromCsv(folder.File("houses.csv"), new() { Numeric = ["rooms"] });
    }

    [Fact]
    public void The_gradient_of_a_linear_table_has_its_slopes_in_the_tables_units()
    {
        var data = Houses();
        var gradient = Explainer.Gradient(Trainer.Train(data, linear).Model, data, 7);
        ColumnSlope Of(string name) => gradient.Columns.Single(column => column.Column == name);

        Assert.Equal(Slope, Of("area").Slope!.Value, 1e-3);
        Assert.Equal(RoomSlope, Of("rooms").Slope!.Value, 0.02);
        Assert.Equal(0, Of("noise").Slope!.Value, 0.1);
        Assert.Equal(data.Values(7)[0], Of("area").Value, 1e-3);
        var (other, change) = Assert.Single(Of("colour").Categories);
        Assert.Equal(other == "red" ? Red : -Red, change, 0.05);
    }

    [Fact]
    public void A_noise_column_may_be_noise_and_the_others_matter_in_their_order()
    {
        var report = Trainer.Train(Houses(), linear);
        var importance = Explainer.Importance(report.Model, report.TestData!);
        Assert.Equal("rooms", importance.Columns[0].Columns.Single());

        foreach (var column in importance.Columns)
            if (column.Columns.Single() == "noise")
                Assert.InRange(0, column.Lower, column.Upper);
            else
                Assert.True(column.Lower > 0, column.ToString());

        Assert.Empty(importance.Groups);
        Assert.Equal(importance.Columns, Explainer.Importance(report.Model, report.TestData!).Columns, (a, b) => a.Rise == b.Rise);
    }

    [Fact]
    public void A_copied_column_is_found_and_shuffled_together_with_the_first()
    {
        var report = Trainer.Train(Houses(hasCopy: true), new() { Epochs = 60, Threads = 1 });
        var importance = Explainer.Importance(report.Model, report.TestData!);
        var together = Assert.Single(importance.Groups);
        Assert.Equal(["rooms", "tenths"], together.Columns);
        Assert.True(together.Lower > 0);
        Assert.All(importance.Columns.Where(one => one.Columns[0] is "rooms" or "tenths"), one => Assert.True(one.Rise < together.Rise));
    }

    [Fact]
    public void The_dependence_on_a_column_is_its_line()
    {
        var data = Houses();
        var model = Trainer.Train(data, linear).Model;
        var dependence = Explainer.Dependence(model, data, "area");
        Assert.Equal(300, dependence.Curves.Count);
        Assert.Equal(
            Slope, (dependence.Mean[^1] - dependence.Mean[0]) / (dependence.Values[^1] - dependence.Values[0]), 1e-3);
        Assert.Contains("<svg", dependence.ToSvg());

        var colours = Explainer.Dependence(model, data, "colour");
        Assert.Equal(2, colours.Categories!.Count);
        Assert.Equal(Red, Math.Abs(colours.Mean[1] - colours.Mean[0]), 0.05);
        Assert.Contains("no column", Assert.Throws<HybridException>(() => Explainer.Dependence(model, data, "price")).Message);
    }

    [Fact]
    public void A_counterfactual_of_a_quantity_is_the_nearest_one_and_has_been_predicted()
    {
        var data = Houses();
        var model = Trainer.Train(data, linear).Model;
        var now = model.Predict(data.Values(3))[0];
        // not so far that a colour would help
        var found = Explainer.Counterfactual(model, data, 3, now + 0.3, ["rooms", "colour"])!;
        var gradient = Explainer.Gradient(model, data, 3);
        var steepest = Math.Sqrt(gradient.Columns.Where(column => column.Column is "area" or "noise").Sum(column => column.PerDeviation * column.PerDeviation));

        Assert.Equal(0.3 / steepest, found.Distance, 0.01 * found.Distance);
        Assert.True(model.Predict([.. found.Values])[0] >= now + 0.3);
        Assert.Equal(model.Predict([.. found.Values]), found.Outputs);
        Assert.DoesNotContain(found.Changes, change => change.Column is "rooms" or "colour");
    }

    [Fact]
    public void Whole_numbers_and_categories_of_a_counterfactual_stay_valid()
    {
        var data = Houses();
        var model = Trainer.Train(data, linear).Model;
        for (var row = 0; row < 5; row++)
        {
            var now = model.Predict(data.Values(row))[0];
            var value = now < 14 ? now + 5 : now - 5;
            var found = Explainer.Counterfactual(model, data, row, value)!;
            Assert.Equal(Math.Round(found.Values[1]), found.Values[1]);
            Assert.InRange(found.Values[1], 1, 6);
            Assert.InRange(found.Values[0], 39.9, 200);
            Assert.Contains(found.Values[2], (double[])[0, 1]);
            var reached = model.Predict([.. found.Values])[0];
            Assert.True(now < value ? reached >= value : reached <= value);
        }
    }

    [Fact]
    public void A_counterfactual_of_classes_is_given_the_class()
    {
        var data = TableData.Load("iris");
        var model = Trainer.Train(data, new() { Threads = 1 }).Model;
        foreach (var wanted in model.Classes!.Skip(1))
        {
            var found = Explainer.Counterfactual(model, data, 0, wanted, ["sepal length (cm)"])!;
            Assert.Equal(wanted, model.Classify([.. found.Values]));
            Assert.Equal(data.Values(0)[0], found.Values[0]);
        }

        Assert.Contains(
            "already", Assert.Throws<HybridException>(() => Explainer.Counterfactual(model, data, 0, "setosa")).Message);
        Assert.Contains(
            "no class «rose»", Assert.Throws<HybridException>(() => Explainer.Counterfactual(model, data, 0, "rose")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Explainer.Gradient(model, data, 150));
        Assert.Null(Explainer.Counterfactual(model, data, 0, "virginica", [.. model.Columns.Select(column => column.Name)]));
    }
}
