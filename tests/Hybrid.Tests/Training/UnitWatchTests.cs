using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class UnitWatchTests
{
    static readonly TrainingOptions Quick = new() { Hidden = [16, 8], Epochs = 4, Threads = 1, Monitor = true };

    static (List<EpochReport> Epochs, TrainingReport Report) Train(TrainingOptions options)
    {
        var epochs = new List<EpochReport>();
        var report = Trainer.Train(Tables.Mixed(200, true), options, progress: new Collector(epochs));
        return (epochs, report);
    }

    static IEnumerable<double> Weights(TrainingReport report) =>
        NetworkModule.parameters(report.Model.Network.Value).SelectMany(parameter => Reference.value(parameter.Item2));

    [Fact]
    public void Each_epoch_has_its_shares_and_the_network_does_not_depend_on_them()
    {
        var (epochs, report) = Train(Quick with { Activations = ["relu", "tanh"] });
        Assert.All(epochs, epoch => Assert.InRange(epoch.Units!.Dead!.Value, 0, 1));
        Assert.All(epochs, epoch => Assert.InRange(epoch.Units!.Saturated!.Value, 0, 1));

        var (without, plain) = Train(Quick with { Activations = ["relu", "tanh"], Monitor = false });
        Assert.All(without, epoch => Assert.Null(epoch.Units));
        Assert.Equal(Weights(plain), Weights(report));
    }

    [Fact]
    public void The_shares_belong_to_the_epochs_network()
    {
        // the last network is kept where there is no validation
        var (epochs, report) = Train(Quick with { LearningRate = 0.3, ValidationFraction = 0, TestFraction = 0 });
        var hidden = Doctor.Examine(report.Model, Tables.Mixed(200, true), threads: 1).Layers.Where(layer => layer.IsHidden).ToArray();

        Assert.True(hidden.Sum(layer => layer.Dead) > 0);
        Assert.Equal((double)hidden.Sum(layer => layer.Dead) / hidden.Sum(layer => layer.Units), epochs[^1].Units!.Dead);
        Assert.Null(epochs[^1].Units!.Saturated);
    }

    [Fact]
    public void A_network_without_hidden_units_has_no_shares()
    {
        var (epochs, _) = Train(Quick with { Hidden = [] });
        Assert.All(epochs, epoch => Assert.Equal(new UnitShares(null, null), epoch.Units));
    }

    sealed class Collector(List<EpochReport> epochs) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => epochs.Add(value);
    }
}
