using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class TrainingRunTests
{
    static readonly TrainingOptions Quick = new() { Hidden = [8], Epochs = 6, Patience = 6, Threads = 1 };

    static readonly DataSet Data = Tables.Mixed(200, true);

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
        Assert.Equal(3, run.Report.Epochs);
    }

    [Fact]
    public void What_diverged_has_no_report()
    {
        var run = Trainer.Start(
            Tables.Mixed(200, false), Quick with { Optimizer = "sgd", LearningRate = 1e6, Activations = ["identity"] });
        Assert.Throws<TrainingDiverged>(() => run.Epochs().Count());
        Assert.Throws<InvalidOperationException>(() => run.Report);
    }

    [Fact]
    public void Layers_of_the_caller_are_trained()
    {
        // a column of three categories takes three features, and each with missing values in training one of its own
        var features = Trainer.Start(Data, Quick).Plan.Sizes[0];
        var network = Network.WithInputs(features).Linear(12, "tanh").Maxout(5).Linear(3).Softmax();
        var options = Quick with { Network = network, Epochs = 30, LearningRate = 0.01 };
        var report = Trainer.Train(Data, options);

        Assert.Equal(["linear", "tanh", "maxout", "linear", "softmax"], report.Model.Describe().Layers.Skip(1).Select(layer => layer.Kind));
        Assert.Equal([features, 12, 5, 3], Trainer.Start(Data, options).Plan.Sizes);
        Assert.True(report.Train.Accuracy > 0.6, $"accuracy was {report.Train.Accuracy}");

        void Refuses(string part, TrainingOptions wrong) => Assert.Contains(
            part, Assert.Throws<OptionException>(() => Trainer.Start(Data, wrong)).Message, StringComparison.Ordinal);

        Refuses($"takes {features + 1} inputs", Quick with { Network = Network.FromSizes([features + 1, 3]) });
        Refuses("answers 2 numbers, and the target needs 3", Quick with { Network = Network.FromSizes([features, 2]) });
        Refuses("null where From says", Quick with { Network = network, From = report.Model });
        Refuses("with weights to train", Quick with { Network = Network.WithInputs(features) });
    }

    sealed class Collector(List<EpochReport> reports) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => reports.Add(value);
    }
}
