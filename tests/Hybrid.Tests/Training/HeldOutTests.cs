using Hybrid.Data;
using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Nothing of validation or test rows reaches the model: whatever stands in them, its bits are the same.</summary>
/// <remarks>Validation decides which epoch is best, and may: so one epoch is trained where validation rows are changed. What the
/// rows are is decided by all of them: how many there are, the type of each column, the names that categories and classes
/// have, and for classes the labels, of which each part has its share.</remarks>
public sealed class HeldOutTests : IDisposable
{
    const ulong Seed = 3;
    const double Validation = 0.2, Test = 0.3;
    const int Examples = 120, Columns = 4, Colour = 1;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static readonly string[] Names = ["blue", "green", "red", "violet"];

    /// <summary>Numbers of several scales with some missing, and categories, of which one never occurs and none is
    /// missing.</summary>
    static Table Table(bool classes)
    {
        var random = new System.Random(5);
        var features = new float[Columns * Examples];

        for (var i = 0; i < Examples; i++)
        {
            features[Columns * i] = i % 11 == 0 ? float.NaN : 40 + 10 * random.NextSingle();
            features[Columns * i + Colour] = random.Next(3);
            features[Columns * i + 2] = 3e4f * random.NextSingle();
            features[Columns * i + 3] = random.NextSingle() - 0.5f;
        }

        var target = classes
            ? Target.NewClasses(["a", "b", "c"], [.. Enumerable.Range(0, Examples).Select(i => i % 5 == 0 ? 2 : i % 2)])
            : Target.NewQuantity([.. Enumerable.Range(0, Examples).Select(i => 100 + 20 * features[Columns * i + 3])]);

        return TableModule.create(
            "table",
            [
                new("age", ColumnKind.Numeric), new("colour", ColumnKind.NewCategory(Names)), new("income", ColumnKind.Numeric),
                new("score", ColumnKind.Numeric),
            ],
            features, "level", target);
    }

    static Split SplitOf(Table table) => SplitModule.ofTable(Seed, Validation, Test, table);

    /// <summary>What may stand in a row that is held out, by its name: each changes a row, or the target of one.</summary>
    static readonly (string Name, Action<float[], int> Change)[] features =
    [
        ("greater numbers", (values, row) => Numbers(values, row, value => 1e6f * (1 + Math.Abs(value)))),
        ("the same number", (values, row) => Numbers(values, row, _ => 7)),
        ("missing numbers", (values, row) => Numbers(values, row, _ => float.NaN)),
        ("no missing numbers", (values, row) => Numbers(values, row, value => float.IsNaN(value) ? 0 : value)),
        ("a category that training has not met", (values, row) => values[Columns * row + Colour] = 3),
        ("missing categories", (values, row) => values[Columns * row + Colour] = float.NaN),
    ];

    static void Numbers(float[] values, int row, Func<float, float> change)
    {
        foreach (var column in (int[])[0, 2, 3])
            values[Columns * row + column] = change(values[Columns * row + column]);
    }

    /// <summary>Ways to train that together cover everything learned from data.</summary>
    static readonly (string Name, bool Classes, TrainingOptions Options)[] ways =
    [
        ("a quantity", false, new()),
        ("a quantity by lbfgs", false, new() { Optimizer = "lbfgs" }),
        ("classes", true, new()),
        ("classes with weights", true, new() { BalancedClasses = true, Loss = "hinge" }),
    ];

    static TrainingOptions With(TrainingOptions options, int epochs) => options with
    {
        Seed = Seed,
        ValidationFraction = Validation,
        TestFraction = Test,
        Epochs = epochs,
        Patience = epochs,
        Hidden = [6],
        Threads = 1,
    };

    /// <summary>The trained graph with its preprocessing and weights, without what the file tells of the training.</summary>
    OnnxGraph Trained(Table table, TrainingOptions options)
    {
        var path = folder.File("m.onnx");
        Trainer.Train(new TableData(table), options).Model.Save(path);
        return OnnxFile.Read(path).Graph;
    }

    static Table Changed(Table table, int[] rows, Action<float[], int> change)
    {
        var values = table.Features.ToArray();
        foreach (var row in rows)
            change(values, row);

        return TableModule.create(table.Source, table.Columns, values, table.TargetName, table.Target);
    }

    [Fact]
    public void Features_of_held_out_rows_do_not_reach_the_model()
    {
        foreach (var way in ways)
        {
            var table = Table(way.Classes);
            var split = SplitOf(table);
            var long_ = Trained(table, With(way.Options, 4));
            var short_ = Trained(table, With(way.Options, 1));

            foreach (var (name, change) in features)
            {
                Assert.True(long_.Equals(Trained(Changed(table, split.Test, change), With(way.Options, 4))), $"{way.Name}, test: {name}");
                Assert.True(
                    short_.Equals(Trained(Changed(table, split.Validation, change), With(way.Options, 1))), $"{way.Name}, validation: {name}");
            }

            // and what is changed in the training part does
            Assert.False(short_.Equals(Trained(Changed(table, split.Training, features[0].Change), With(way.Options, 1))));
        }
    }

    [Fact]
    public void Quantities_of_held_out_rows_do_not_reach_the_model()
    {
        var table = Table(false);
        var split = SplitOf(table);

        foreach (var (rows, epochs) in ((int[], int)[])[(split.Test, 4), (split.Validation, 1)])
            foreach (var way in ways.Where(way => !way.Classes))
                foreach (var value in (float[])[-1e6f, 1e6f])
                {
                    var quantities = ((Target.Quantity)table.Target).Item.ToArray();
                    foreach (var row in rows)
                        quantities[row] = value;

                    var changed = TableModule.create(
                        table.Source, table.Columns, table.Features, table.TargetName, Target.NewQuantity(quantities));
                    Assert.True(Trained(table, With(way.Options, epochs)).Equals(Trained(changed, With(way.Options, epochs))), way.Name);
                }
    }

    [Fact]
    public void Labels_of_held_out_rows_do_not_reach_the_model()
    {
        var table = Table(true);
        var split = SplitOf(table);
        var classes = (Target.Classes)table.Target;

        foreach (var (rows, epochs) in ((int[], int)[])[(split.Test, 4), (split.Validation, 1)])
        {
            // neighbours of different classes that change labels leave every class's rows in their order, and so the split
            var labels = classes.labels.ToArray();
            var swapped = 0;
            for (var i = 0; i + 1 < rows.Length; i++)
                if (rows[i + 1] == rows[i] + 1 && labels[rows[i]] != labels[rows[i + 1]] && labels[rows[i]] == classes.labels[rows[i]])
                {
                    (labels[rows[i]], labels[rows[i + 1]]) = (labels[rows[i + 1]], labels[rows[i]]);
                    swapped++;
                }

            var changed = TableModule.create(
                table.Source, table.Columns, table.Features, table.TargetName, Target.NewClasses(classes.names, labels));
            Assert.True(swapped > 0);
            Assert.Equal(split, SplitOf(changed));

            foreach (var way in ways.Where(way => way.Classes))
                Assert.True(Trained(table, With(way.Options, epochs)).Equals(Trained(changed, With(way.Options, epochs))), way.Name);
        }
    }

    [Fact]
    public void The_model_depends_only_on_the_training_part()
    {
        foreach (var way in ways)
        {
            var table = Table(way.Classes);
            var options = With(way.Options, 1);
            // the numbers that depend on how many there are come out the same
            var alone = TableModule.subset(SplitOf(table).Training, table);
            Assert.True(Trained(table, options).Equals(Trained(alone, options with { ValidationFraction = 0, TestFraction = 0 })), way.Name);
        }
    }

    [Fact]
    public void A_fit_on_all_rows_would_be_detected()
    {
        var table = Table(false);
        var split = SplitOf(table);
        int[] all = [.. Enumerable.Range(0, Examples)];

        foreach (var (name, change) in features)
        {
            var changed = Changed(table, split.Test, change);
            Assert.Equal(Preprocessing.fit(table, split.Training), Preprocessing.fit(changed, split.Training));
            Assert.True(!Preprocessing.fit(table, all).SequenceEqual(Preprocessing.fit(changed, all)), name);
        }

        var quantities = ((Target.Quantity)table.Target).Item;
        Assert.NotEqual(
            Preprocessing.targetMoments(1, null, quantities, split.Training), Preprocessing.targetMoments(1, null, quantities, all));

        var classes = Table(true);
        var labels = TargetModule.numbers(classes.Target);
        var everything = ExamplesModule.all(classes.Columns.Length, classes.Features, labels);
        var training = new Core.Examples(everything.Width, everything.Features, null, labels, null, SplitOf(classes).Training);
        Assert.NotEqual(Step.balancedWeights(3, training), Step.balancedWeights(3, everything));
    }

    /// <summary>A category that only test rows have is known, and counts as none that was learned.</summary>
    [Fact]
    public void An_unknown_category_sets_no_feature()
    {
        var table = Table(false);
        var test = SplitOf(table).Test;
        var model = Trainer.Train(new TableData(Changed(table, test, features[4].Change)), With(new(), 2)).Model;
        Assert.Equal(Names, model.Columns[Colour].Categories);
        Assert.True(double.IsFinite(model.Predict(model.Parse("45", "violet", "1000", "0"))[0]));
        Assert.Throws<HybridException>(() => model.Parse("45", "pink", "1000", "0"));
    }
}
