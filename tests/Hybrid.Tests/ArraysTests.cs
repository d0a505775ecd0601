using Xunit;

namespace Hybrid.Tests;

/// <summary>Arrays of a wrong size are refused by every method of the face that takes one: nothing is repeated or
/// omitted.</summary>
public class ArraysTests
{
    static readonly NeuralNetwork network = NeuralNetwork.FromSizes([2, 3]);

    static readonly Model model = Model.Create(network, ["a", "b"], ["x", "y", "z"]);

    static readonly float[,] weights = { { 1, 2, 3 }, { 4, 5, 6 } };

    static readonly (string Name, Action Call)[] calls =
    [
        ("Linear, one bias for two units", () => network.Linear(weights, [1])),
        ("Linear, no bias", () => network.Linear(weights, [])),
        ("Linear, three biases", () => network.Linear(weights, [1, 2, 3])),
        ("Linear, weights of two inputs for three", () => network.Linear(new float[,] { { 1, 2 } }, [1])),
        ("Linear, no weights", () => network.Linear(new float[0, 3], [])),
        ("Linear, weights of no inputs", () => network.Linear(new float[2, 0], [1, 2])),
        ("FromSizes, one size", () => NeuralNetwork.FromSizes([2])),
        ("FromSizes, none", () => NeuralNetwork.FromSizes([])),
        ("FromSizes, 0", () => NeuralNetwork.FromSizes([2, 0, 1])),
        ("Then", () => network.Then(NeuralNetwork.FromSizes([1, 2]))),
        ("Predict, half an example", () => network.Predict([1, 2, 3])),
        ("Predict, too little room", () => network.Predict([1, 2], new float[2])),
        ("Predict, too much room", () => network.Predict([1, 2], new float[4])),
        ("Predict, the room of one for two", () => network.Predict([1, 2, 3, 4], new float[3])),
        ("Gradient, no examples", () => network.Gradient([], [])),
        ("Gradient, half an example", () => network.Gradient([1, 2, 3], [1, 2, 3])),
        ("Gradient, one target for three outputs", () => network.Gradient([1, 2], [1])),
        ("Gradient, one target for two examples", () => network.Gradient([1, 2, 3, 4], [0], "softmax")),
        ("Gradient, two classes for one example", () => network.Gradient([1, 2], [0, 1], "softmax")),
        ("WithParameters, one number for all", () => network.WithParameters(_ => new float[1])),
        ("WithParameters, none", () => network.WithParameters(_ => default)),
        ("Model.Create, one column", () => Model.Create(network, ["a"], ["x", "y", "z"])),
        ("Model.Create, three columns", () => Model.Create(network, ["a", "b", "c"], ["x", "y", "z"])),
        ("Model.Create, two classes", () => Model.Create(network, ["a", "b"], ["x", "y"])),
        ("Model.Create, no classes", () => Model.Create(network, ["a", "b"])),
        ("Model.Predict", () => model.Predict([1])),
        ("Model.Predict into memory", () => model.Predict([1, 2], new float[1])),
        ("Classify, one number", () => model.Classify([1])),
        ("Classify, two examples", () => model.Classify([1, 2, 3, 4])),
        ("Parse, one value", () => model.Parse("1")),
        ("Parse, three values", () => model.Parse("1", "2", "3")),
        ("FromArrays, rows of two lengths", () => TableData.FromArrays([[1, 2], [3]], (string[])["a", "b"])),
        ("FromArrays, one class for two", () => TableData.FromArrays([[1], [2]], (string[])["a"])),
        ("FromArrays, two classes for one", () => TableData.FromArrays([[1]], (string[])["a", "b"])),
        ("FromArrays, one quantity for two", () => TableData.FromArrays([[1], [2]], (float[])[1])),
        ("FromArrays, two quantities for one", () => TableData.FromArrays([[1]], (float[])[1, 2])),
        ("FromArrays, one name for two columns", () => TableData.FromArrays([[1, 2]], (float[])[1], ["a"])),
        ("FromArrays, two names for one", () => TableData.FromArrays([[1]], (float[])[1], ["a", "b"])),
        ("FromArrays, no examples", () => TableData.FromArrays([], (float[])[])),
        ("FromArrays, no columns", () => TableData.FromArrays([[], []], (float[])[1, 2])),
        ("Subset, beyond the end", () => TableData.Load("iris").Subset([0, 150])),
        ("Subset, before the beginning", () => TableData.Load("iris").Subset([-1])),
        ("TrainingOptions, activations of two layers for three", () => Trainer.Start(
            TableData.Load("iris"), new() { Hidden = [4, 4, 4], Activations = ["relu", "tanh"] })),
        ("Approximator, a domain of two for one", () => Approximator.Approximate("x", new() { From = [0, 0], To = [1, 1] })),
    ];

    [Fact]
    public void A_wrong_size_is_refused_with_a_message() => Assert.All(calls, call =>
    {
        var error = Record.Exception(call.Call);
        Assert.True(error is HybridException or ArgumentOutOfRangeException, $"{call.Name}: {error?.GetType().Name ?? "no error"}");
    });
}
