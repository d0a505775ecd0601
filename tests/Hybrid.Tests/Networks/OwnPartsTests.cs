using Hybrid.Testing;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Networks;

/// <summary>A loss, activation, layer, schedule and metric of a C# program's own.</summary>
public sealed class OwnPartsTests
{
    static Tensor LogCosh(Tensor outputs, Tensor targets)
    {
        var error = outputs - targets;
        return (error + (-2.0 * error).Softplus() - Math.Log(2)).Mean(axis: 1);
    }

    static NeuralNetwork Scaled(int inputs, int outputs) => NeuralNetwork.WithInputs(inputs)
        .Linear(16).Activation("swish", x => x * x.Sigmoid())
        .Layer("scale", [new("factor", [16], Enumerable.Repeat(1f, 16).ToArray())], (parameters, x) => parameters[0] * x)
        .Linear(outputs);

    static TrainingReport Train(TrainingOptions? options = null) =>
        Trainer.Train(Tables.Mixed(200, false), (options ?? new()) with { Network = Scaled, Epochs = 30 });

    [Fact]
    public void A_loss_is_minimised_and_its_name_is_in_the_file()
    {
        var own = Train(new() { CustomLoss = new("log-cosh", LogCosh) });
        Assert.Equal("log-cosh", own.Model.Option("loss"));
        Assert.True(own.Test!.RSquared > 0.7, $"{own.Test}");
        Assert.Empty(own.Model.Warnings);
        var read = Model.Load(own.Model.ToBytes());
        Assert.Equal("squared", read.Loss);
        Assert.Contains("«log-cosh», a program's own, which the file does not hold", Assert.Single(read.Warnings));
        Assert.Equal(read.Warnings, Model.Load(read.ToBytes()).Warnings);

        // not trained further by a loss that nobody asked for
        TrainingOptions further = new() { From = read, Epochs = 1 };
        Assert.Contains(
            "must be given: the model was trained with «log-cosh»",
            Assert.Throws<OptionException>(() => Trainer.Train(Tables.Mixed(200, false), further)).Message);
        Assert.Equal("huber", Trainer.Train(Tables.Mixed(200, false), further with { Loss = "huber" }).Model.Loss);
        var again = Trainer.Train(Tables.Mixed(200, false), further with { CustomLoss = new("log-cosh", LogCosh) }).Model;
        Assert.Equal("log-cosh", again.Loss);
        Assert.Empty(again.Warnings);
        Assert.Throws<OptionException>(() => Train(new() { CustomLoss = new("log-cosh", LogCosh), Loss = "huber" }));
    }

    [Fact]
    public void A_loss_of_classes_leaves_scores()
    {
        CustomLoss brier = new("brier", (scores, targets) => (scores.Softmax(axis: 1) - targets).Power(2).Sum(axis: 1), IsOfClasses: true);
        var report = Trainer.Train(Tables.Mixed(200, true), new TrainingOptions { CustomLoss = brier, Epochs = 30 });
        Assert.Equal("scores", report.Model.OutputName);
        Assert.True(report.Test!.Accuracy > 0.6, $"{report.Test}");
    }

    [Fact]
    public void Activation_and_layer_are_learned_and_are_in_the_file()
    {
        var model = Train().Model;
        var factors = model.Network.Parameters.Single(parameter => parameter.Name.EndsWith("factor", StringComparison.Ordinal));
        Assert.Contains(factors.Values.ToArray(), factor => factor != 1);

        using var runtime = new OnnxRuntime(model.ToBytes());
        float[] row = [40, 1, 30_000, 0.5f];
        Assert.Equal(model.Predict(row)[0], runtime.Run(row, [1, 4], "output")[0], 1e-2);
        Assert.Equal(model.Predict(row)[0], Model.Load(model.ToBytes()).Predict(row)[0], 1e-3);
    }

    [Fact]
    public void A_schedule_is_followed_and_its_name_is_in_the_file()
    {
        var report = Train(new() { CustomSchedule = new("stop", done => done < 0.5 ? 1 : 0), ValidationFraction = 0 });
        Assert.Equal("stop", report.Model.Option("schedule"));
    }

    [Fact]
    public void A_metric_sees_outputs_and_targets()
    {
        var data = Tables.Mixed(100, false);
        var model = Train().Model;
        var mean = model.Measure(data, (outputs, targets) => outputs.Zip(targets, (p, t) => Math.Abs(p - t)).Average());
        Assert.Equal(model.Evaluate(data).MeanAbsoluteError!.Value, mean, 1e-3);
    }

    [Fact]
    public void A_metric_stops_training_and_chooses_the_best_epoch()
    {
        // later epochs are worse by it, whatever they learn: the first is the best, and patience ends soon after
        var calls = 0;
        CustomMetric later = new("later", (_, _, _) => Interlocked.Increment(ref calls));
        var first = Train(new() { CustomStopBy = later, Patience = 3 });
        Assert.Equal((1, 4), (first.BestEpoch, first.Epochs));
        Assert.Equal(("later", 1.0), (first.StopBy!.Name, first.StopBy.Value));
        Assert.Equal("later", first.Model.Option("stop-by"));
        Assert.Equal(4, calls);

        calls = 0;
        Assert.Equal(30, Train(new() { CustomStopBy = later with { IsHigherBetter = true }, Patience = 3 }).BestEpoch);

        // the same as the metric of the same formula
        CustomMetric mae = new("own-mae", (p, t, w) => p.Zip(t, (p, t) => Math.Abs(p - t)).Zip(w, (e, w) => e * w).Sum() / w.Sum());
        var (own, named) = (Train(new() { CustomStopBy = mae }), Train(new() { StopBy = "mae" }));
        Assert.Equal(named.BestEpoch, own.BestEpoch);
        Assert.Equal(named.StopBy!.Value!.Value, own.StopBy!.Value!.Value, 1e-9);

        Assert.Throws<OptionException>(() => Train(new() { CustomStopBy = mae, StopBy = "mae" }));
        Assert.Contains("NaN", Assert.Throws<OptionException>(() => Train(new() { CustomStopBy = mae with { Value = (_, _, _) => double.NaN } })).Message);
    }

    [Fact]
    public void A_metric_of_classes_compares_trials()
    {
        CustomMetric right = new(
            "right", (scores, labels, weights) => labels.Zip(scores.Chunk(scores.Length / labels.Length), weights)
                .Sum(row => row.Second[(int)row.First] == row.Second.Max() ? row.Third : 0), true, true);
        var report = Tuner.Tune(Tables.Mixed(60, true), new() { CustomMetric = right, Trials = 2, Training = new() { Epochs = 6 } });
        Assert.Equal("right", report.Metric);
        Assert.InRange(report.Best.Value!.Value, 1, 60);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named_with_the_function()
    {
        var (a, b) = (TensorFunctions.Constant([1, 2, 3]), TensorFunctions.Constant([1, 2, 3, 4], 2, 2));
        var error = Assert.Throws<ShapeMismatchException>(() => a * b);
        Assert.Contains("[3]", error.Message);
        Assert.Contains("[2; 2]", error.Message);
        Assert.Throws<ShapeMismatchException>(() => NeuralNetwork.WithInputs(3).Layer("wrong", [], (_, x) => x.MatMul(a)));
    }

    [Fact]
    public void The_laws_hold_for_a_loss_an_activation_and_a_layer()
    {
        Laws.HoldLoss("log-cosh", LogCosh);
        Laws.HoldActivation("swish", x => x * x.Sigmoid());
        Laws.HoldLayer("scale", 3, [TensorFunctions.Constant([1, 2, 3])], (parameters, x) => parameters[0] * x);
    }
}
