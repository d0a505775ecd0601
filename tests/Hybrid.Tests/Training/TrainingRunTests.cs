using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class TrainingRunTests
{
    static readonly TrainingOptions Quick = new() { Hidden = [8], Epochs = 6, Patience = 6, Threads = 1 };

    static readonly TableData Data = Tables.Mixed(200, true);

    [Fact]
    public async System.Threading.Tasks.Task Asynchronous_epochs_are_those_of_a_training()
    {
        var told = new List<EpochReport>();
        var expected = Trainer.Train(Data, Quick, new Collector(told));
        var run = Trainer.Start(Data, Quick);
        Assert.Equal(6, run.Plan.Epochs);
        Assert.Throws<InvalidOperationException>(() => run.Report);
        var epochs = new List<EpochReport>();

        await foreach (var epoch in run)
            epochs.Add(epoch);

        Assert.Equal(told.Select(epoch => (epoch.Epoch, epoch.TrainingLoss)), epochs.Select(epoch => (epoch.Epoch, epoch.TrainingLoss)));
        Assert.Equal(expected.Test!.Loss, run.Report.Test!.Loss);
        Assert.Equal(expected.BestEpoch, run.Report.BestEpoch);
        Assert.False(run.Report.Cancelled);
    }

    [Fact]
    public async System.Threading.Tasks.Task Who_stops_asking_has_the_best_network_so_far()
    {
        var run = Trainer.Start(Data, Quick with { Epochs = 100_000 });

        await foreach (var epoch in run)
            if (epoch.Epoch == 3)
                break;

        Assert.Equal(3, run.Report.Epochs);
        Assert.InRange(run.Report.BestEpoch, 1, 3);
        Assert.Throws<InvalidOperationException>(() => run.Epochs().First());
    }

    [Fact]
    public async System.Threading.Tasks.Task A_token_ends_it()
    {
        using var cancellation = new CancellationTokenSource();
        var run = Trainer.Start(Data, Quick with { Epochs = 100_000 });

        await foreach (var epoch in run.WithCancellation(cancellation.Token))
            if (epoch.Epoch == 2)
                await cancellation.CancelAsync();

        Assert.True(run.Report.Cancelled);
        Assert.Equal(2, run.Report.Epochs);
    }

    [Fact]
    public void A_plan_and_its_epochs_say_what_they_are()
    {
        var run = Trainer.Start(Data, Quick with { Epochs = 1 });
        var epoch = run.Epochs().Single();

        Assert.Matches(
            @"^\d+ examples for training, \d+ for validation, \d+ for the test; a network [\d-]+ of \d+ parameters; adam, at most 1 epochs?$",
            run.Plan.ToString());
        Assert.Equal(
            FormattableString.Invariant($"epoch 1 of 1: training loss {epoch.TrainingLoss:G4}; validation: {epoch.Validation}"), epoch.ToString());
        Assert.Equal("epoch 2 of 3: training loss 0.5", new EpochReport(2, 3, 0.5, null, 0.1, TimeSpan.Zero).ToString());
    }

    [Fact]
    public void A_checkpoint_needs_its_folder()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("none/run.checkpoint");
        var error = Assert.Throws<HybridException>(() => Trainer.Train(Data, Quick with { Epochs = 1, Checkpoint = path }));
        Assert.Equal($"{path}: the checkpoint cannot be written (its folder does not exist). There is none before it.", error.Message);
    }

    [Fact]
    public void A_diverged_run_has_no_report()
    {
        var run = Trainer.Start(
            Tables.Mixed(200, false), Quick with { Optimizer = "sgd", LearningRate = 1e6, Activations = ["identity"] });
        Assert.Throws<TrainingDivergedException>(() => run.Epochs().Count());
        Assert.Throws<InvalidOperationException>(() => run.Report);
    }

    [Fact]
    public async System.Threading.Tasks.Task A_token_that_is_cancelled_beforehand_ends_it_before_it_begins()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(Data, Quick, cancellation: cancellation.Token));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Trainer.TrainAsync(Data, Quick, cancellation: cancellation.Token));
    }

    [Fact]
    public async System.Threading.Tasks.Task A_report_has_the_parts_of_the_data()
    {
        var report = await Trainer.TrainAsync(Data, Quick);
        Assert.Equal(200, report.TrainingData.Count + report.ValidationData!.Count + report.TestData!.Count);
        Assert.Equal(report.Test!.Loss, report.Model.Evaluate(report.TestData).Loss, 1e-9);
        Assert.Equal(report.TestData.Count, Doctor.Examine(report.Model, report.TrainingData, report.TestData).HeldOut!.Examples);
        Assert.Contains($"the best one {report.BestEpoch}; test: accuracy", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_callers_layers_are_trained()
    {
        var options = Quick with
        {
            Hidden = null,
            Network = (features, outputs) =>
                NeuralNetwork.WithInputs(features).Linear(12, "tanh").Maxout(5).Linear(outputs).Softmax(),
            Epochs = 30,
            LearningRate = 0.01,
        };
        var report = Trainer.Train(Data, options);
        Assert.Equal(["linear", "tanh", "maxout", "linear", "softmax"], report.Model.Describe().Layers.Skip(1).Select(layer => layer.Kind));
        Assert.Equal([12, 5, 3], Trainer.Start(Data, options).Plan.Sizes.Skip(1));
        Assert.True(report.Train.Accuracy > 0.6, $"accuracy was {report.Train.Accuracy}");
        Assert.Null(report.Model.Option("hidden"));

        var plain = Quick with { Hidden = null };
        void Refuses(string part, TrainingOptions wrong) => Assert.Contains(
            part, Assert.Throws<OptionException>(() => Trainer.Start(Data, wrong)).Message, StringComparison.Ordinal);

        Refuses("takes 2 inputs, but the data has", plain with { Network = (_, outputs) => NeuralNetwork.FromSizes([2, outputs]) });
        Refuses("returns 2 numbers, but the target needs 3", plain with { Network = (features, _) => NeuralNetwork.FromSizes([features, 2]) });
        Refuses("returns 1 number, but the target needs 3", plain with { Network = (features, _) => NeuralNetwork.FromSizes([features, 1]) });
        Refuses("null when From is set", plain with { Network = options.Network, From = report.Model });
        Refuses("has no weights to train", plain with { Network = (features, _) => NeuralNetwork.WithInputs(features).Then(NeuralNetwork.WithInputs(features)) });
        Refuses("not null", plain with { Network = (_, _) => null! });
        Refuses("dropout, noise, batch normali", plain with { Optimizer = "lbfgs", Network = (features, outputs) => NeuralNetwork.WithInputs(features).Dropout(0.5).Linear(outputs) });
        Refuses("Hidden must be null when Network is set", options with { Hidden = [3] });
        Refuses("Dropout must be 0 when Network is set", options with { Dropout = 0.5 });
    }

    [Fact]
    public void A_final_function_belongs_to_the_callers_network_unless_the_loss_applies_it()
    {
        var options = Quick with { Hidden = null, Loss = "squared", Network = (inputs, outputs) => NeuralNetwork.FromSizes([inputs, outputs]).Softmax() };
        var squared = Trainer.Train(Data, options);
        Assert.Equal(1, squared.Model.Predict(Data[0]).Sum(), 1e-5);
        Assert.Equal(squared.Train.Loss, squared.Model.Evaluate(squared.TrainingData).Loss, 1e-9);
        Assert.Equal("probabilities", squared.Model.OutputName);

        var quantity = Trainer.Train(Tables.Mixed(100, false), options with { Network = (inputs, outputs) => NeuralNetwork.WithInputs(inputs).Linear(outputs, "sigmoid") });
        Assert.Equal(["linear", "sigmoid", "scale"], quantity.Model.Describe().Layers.Skip(1).Select(layer => layer.Kind));
    }

    sealed class Collector(List<EpochReport> reports) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => reports.Add(value);
    }
}
