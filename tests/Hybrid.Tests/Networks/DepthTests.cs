using Hybrid.Kernels;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Core;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Work on deep networks is proportional to their depth. What is allocated stands for it: a list that is gone through or
/// copied once a layer shows there, on every machine alike.</summary>
public sealed class DepthTests : IDisposable
{
    const int Shallow = 150, Times = 4;

    /// <summary>Quadratic work would grow by 16.</summary>
    const double MostGrowth = 1.5 * Times;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static NeuralNetwork Deep(int layers) => NeuralNetwork.FromSizes([3, .. Enumerable.Repeat(4, layers), 2], "tanh");

    string Saved(int layers)
    {
        var path = folder.File($"{layers}.onnx");
        Model.Create(Deep(layers), ["a", "b", "c"], ["x", "y"]).Save(path);
        return path;
    }

    /// <summary>What an action allocates once everything has been compiled that it calls.</summary>
    static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static void IsLinear(Func<int, Action> prepare)
    {
        prepare(Shallow / Times)();
        var (shallow, deep) = (Allocated(prepare(Shallow)), Allocated(prepare(Times * Shallow)));
        Assert.True(deep < MostGrowth * shallow, $"{Times} times as many layers allocate {(double)deep / shallow:F1} times as much.");
    }

    [Fact]
    public void A_deep_network_is_built() => IsLinear(layers => () => Deep(layers));

    [Fact]
    public void A_deep_network_is_described() => IsLinear(layers =>
    {
        var network = Deep(layers);
        return () => network.ToString();
    });

    /// <summary>Of one example: several are shared among threads, with a plan for each, once a network is deep enough for that.</summary>
    [Fact]
    public void A_deep_network_predicts() => IsLinear(layers =>
    {
        var network = Deep(layers);
        return () => network.Predict([0.1f, 0.2f, 0.3f]);
    });

    [Fact]
    public void A_deep_network_is_written() => IsLinear(layers =>
    {
        var model = Model.Create(Deep(layers), ["a", "b", "c"], ["x", "y"]);
        return () => model.Save(folder.File("written.onnx"));
    });

    [Fact]
    public void A_deep_network_is_read() => IsLinear(layers =>
    {
        var path = Saved(layers);
        return () => Model.Load(path);
    });

    [Fact]
    public void A_deep_network_takes_a_training_step() => IsLinear(layers =>
    {
        var network = Deep(layers).Value;
        var options = StepOptionsModule.defaults(LearningTask.NewClassification(2), 20);
        var examples = ExamplesModule.all(3, new float[3 * 20], new float[20]);
        return () => Assert.False(Core.Training.epochs(
            CpuEngine.Create(1), FuncConvert.FromFunc(() => false), options, network, examples, examples).First().Cancelled);
    });

    /// <summary>Whoever is cancelled while a step of a deep network is compiled hears of it there.</summary>
    [Fact]
    public void Cancellation_is_observed_while_a_step_is_compiled()
    {
        var asked = 0;
        var network = Deep(600).Value;
        var options = StepOptionsModule.defaults(LearningTask.NewClassification(2), 20);
        var examples = ExamplesModule.all(3, new float[3 * 20], new float[20]);
        // asked once before the step, and then of its compilation
        var epoch = Assert.Single(Core.Training.epochs(
            CpuEngine.Create(1), FuncConvert.FromFunc(() => ++asked > 1), options, network, examples, examples));
        Assert.True(epoch.Cancelled);
        Assert.True(double.IsNaN(epoch.TrainingLoss));
        Assert.Null(epoch.Validation);
        Assert.InRange(asked, 2, 4);
    }
}
