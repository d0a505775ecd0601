using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Training;

/// <summary>Losses for counts, quantiles and classes, and weights, from data to predictions.</summary>
public sealed class LossesTests
{
    static readonly TrainingOptions Quick = new() { Hidden = [16], Epochs = 60, L2 = 0, TestFraction = 0, ValidationFraction = 0 };

    /// <summary>Numbers from 0 to 1, and a target that depends on each by a random number.</summary>
    static TableData Draw(int count, Func<double, double, double> target)
    {
        var draws = RandomModule.uniforms(7, 0, 2 * count);
        return TableData.FromArrays(
            [.. Enumerable.Range(0, count).Select(i => new[] { draws[2 * i] })],
            [.. Enumerable.Range(0, count).Select(i => target(draws[2 * i], draws[2 * i + 1]))]);
    }

    /// <summary>The number of events whose exponential waiting times fit into one unit: the smallest k with F(k) at least u.</summary>
    static double Poisson(double mean, double u)
    {
        var (count, probability) = (0, Math.Exp(-mean));
        for (var sum = probability; sum < u && count < 1000; sum += probability)
            probability *= mean / ++count;

        return count;
    }

    [Fact]
    public void Counts_are_predicted_by_their_mean_also_by_the_file()
    {
        var data = Draw(2000, (x, u) => Poisson(50 * Math.Exp(2 * x), u));
        var model = Trainer.Train(data, Quick with { Loss = "poisson" }).Model;

        foreach (var x in (float[])[0.1f, 0.5f, 0.9f])
            Assert.Equal(50 * Math.Exp(2 * x), model.Predict(new[] { x })[0], 0.1 * 50 * Math.Exp(2 * x));

        Same(model, [0.1f, 0.4f, 0.8f], "output");
        Assert.Equal("poisson", Model.Load(model.ToBytes()).Loss);
        Assert.Equal(model.Evaluate(data).Loss, Model.Load(model.ToBytes()).Evaluate(data).Loss, 1e-4);
        Assert.True(model.Evaluate(data).RSquared > 0.8);
    }

    [Fact]
    public void Quantiles_cover_their_shares_and_never_cross_also_in_the_file()
    {
        var data = Draw(2000, (x, u) => 1000 + 100 * x + 50 * (x + 0.2) * (u - 0.5));
        var model = Trainer.Train(data, Quick with { Loss = "quantile:0.1,0.5,0.9" }).Model;
        Assert.Equal(["q0.1", "q0.5", "q0.9"], model.OutputNames);
        Assert.Equal(3, model.Network.Outputs);
        var covered = new int[3];

        for (var i = 0; i < data.Count; i++)
        {
            var quantiles = model.Predict(data.Values(i));
            Assert.True(quantiles[0] <= quantiles[1] && quantiles[1] <= quantiles[2], $"{string.Join(" ", quantiles)}");
            for (var level = 0; level < 3; level++)
                covered[level] += data.Target(i) <= quantiles[level] ? 1 : 0;
        }

        Assert.Equal([0.1, 0.5, 0.9], covered.Select(count => Math.Round((double)count / data.Count, 1)));
        Same(model, [0.1f, 0.4f, 0.8f], "quantiles");
        Assert.Equal(["q0.1", "q0.5", "q0.9"], Model.Load(model.ToBytes()).OutputNames);
        Assert.Equal(model.Evaluate(data).Loss, Model.Load(model.ToBytes()).Evaluate(data).Loss, 1e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void Quantiles_are_outputs_of_their_names_in_ONNX_Runtime(double level)
    {
        using var folder = new TemporaryFolder();
        var data = Draw(200, (x, u) => level + 100 * x + 50 * (x + 0.2) * (u - 0.5));
        var model = Trainer.Train(data, Quick with { Loss = "quantile:0.1,0.5,0.9", Epochs = 10 }).Model;
        model.Save(folder.File("model.onnx"));
        Assert.Equal(model.ToBytes(), Model.Load(folder.File("model.onnx")).ToBytes());

        float[] raw = [.. Enumerable.Range(0, data.Count).Select(row => (float)data.Values(row)[0])];
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        double[] Run(string output) => runtime.Run(raw, [data.Count, 1], output);
        var (all, each) = (Run("quantiles"), model.OutputNames.Select(Run).ToArray());
        Assert.Equal(all, Enumerable.Range(0, data.Count).SelectMany(row => each.Select(one => one[row])));
        Assert.All(all.Zip(model.Predict(data)), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
        Assert.All(Enumerable.Range(0, data.Count), row => Assert.True(each[0][row] <= each[1][row] && each[1][row] <= each[2][row]));
        FormatChecker.AcceptsAll(folder);
    }

    [Theory]
    [InlineData("focal:2")]
    [InlineData("label-smoothing:0.1")]
    public void A_loss_of_classes_returns_probabilities_also_in_the_file(string loss)
    {
        var data = Tables.Mixed(200, true);
        var model = Trainer.Train(data, Quick with { Loss = loss }).Model;
        Assert.Equal("probabilities", model.OutputName);
        Assert.Equal(loss, Model.Load(model.ToBytes()).Loss);
        Assert.True(model.Evaluate(data).Accuracy > 0.7);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0.5)]
    public void A_target_that_is_no_count_is_an_error_that_names_it(double target)
    {
        var error = Assert.Throws<HybridException>(() =>
            Trainer.Train(Draw(20, (x, u) => x < 0.2 ? target : 3), Quick with { Loss = "poisson" }));
        Assert.Contains("the loss poisson is for counts", error.Message);
    }

    [Fact]
    public void Losses_that_do_not_fit_the_target_or_certified_training_are_refused()
    {
        string Refused(TableData data, TrainingOptions options) => Assert.Throws<OptionException>(() => Trainer.Train(data, options)).Option;

        Assert.Equal(nameof(TrainingOptions.Loss), Refused(Tables.Mixed(50, true), Quick with { Loss = "poisson" }));
        Assert.Equal(nameof(TrainingOptions.Loss), Refused(Tables.Mixed(50, false), Quick with { Loss = "focal:2" }));
        Assert.Equal(
            nameof(TrainingOptions.Certify),
            Refused(Draw(50, (x, u) => x), Quick with { Loss = "quantile:0.5", Certify = "0.1" }));
    }

    [Fact]
    public void Weights_of_ones_own_move_the_balance_between_classes()
    {
        var data = Tables.Mixed(200, true);
        double Share(TrainingOptions options)
        {
            var model = Trainer.Train(data, options).Model;
            return Enumerable.Range(0, data.Count).Count(i => model.Classify(data.Values(i)) == "low") / 200.0;
        }

        var weights = new Dictionary<string, double> { ["low"] = 10, ["high"] = 0.1 };
        Assert.True(Share(Quick with { ClassWeights = weights, Epochs = 5 }) > Share(Quick with { Epochs = 5 }));
        Assert.Equal(
            "low=10,high=0.1", Trainer.Train(data, Quick with { ClassWeights = weights, Epochs = 1 }).Model.Option("class-weights"));
    }

    [Theory]
    [InlineData("lowest", 1, "which the data does not have")]
    [InlineData("low", -1, "at least 0")]
    [InlineData("low", double.NaN, "at least 0")]
    public void Class_weights_that_make_no_sense_are_refused(string name, double weight, string problem)
    {
        var error = Assert.Throws<OptionException>(() => Trainer.Train(
            Tables.Mixed(50, true), Quick with { ClassWeights = new Dictionary<string, double> { [name] = weight } }));
        Assert.Equal(nameof(TrainingOptions.ClassWeights), error.Option);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void Weights_of_examples_come_from_a_selector_and_count_in_measures()
    {
        (double X, string Class, double Weight)[] rows = [(1, "a", 1), (2, "a", 2), (3, "b", 0), (4, "b", 3), (5, "b", 1)];
        var data = new RowSchema<(double X, string Class, double Weight)>(("x", row => row.X))
            .Table(rows, row => row.Class, weight: row => row.Weight);
        Assert.Equal(4, data.Count);
        Assert.Equal([1, 2, 3, 1], Enumerable.Range(0, 4).Select(data.Weight));

        var model = Model.Create(NeuralNetwork.WithInputs(1).Linear(new float[,] { { -1 }, { 0 } }, [2.5f, 0]), ["x"], ["a", "b"]);
        var measures = model.Evaluate(data.WithWeights([5, 2, 3, 1]));
        Assert.Equal(11, measures.Weight);
        Assert.Equal([7, 0, 0, 4], measures.Confusion!.SelectMany(row => row));
        Assert.Throws<TableException>(() => data.WithWeights([1, 2, 3]));
    }

    /// <summary>ONNX Runtime returns what the model does.</summary>
    static void Same(Model model, float[] features, string output)
    {
        using var runtime = new OnnxRuntime(model.ToBytes());
        var answers = runtime.Run(features, [features.Length, 1], output);
        var expected = model.Predict(features);
        Assert.Equal(expected.Length, answers.Length);
        Assert.All(expected.Zip(answers), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));
    }
}
