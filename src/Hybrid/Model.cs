using Hybrid.Data;

namespace Hybrid;

/// <summary>A trained network with all that is needed to use it: what its file holds.</summary>
/// <param name="Network">From raw columns to the final outputs: preprocessing, the layers that were trained, and softmax
/// (for classes trained with it) or the scaling back to the target's unit (for a quantity).</param>
/// <param name="Schema">The raw columns it takes, and what it predicts.</param>
/// <param name="Loss">The name of the loss it was trained with.</param>
/// <param name="Options">What it was trained with, as text by name; seed and split fractions among them.</param>
public sealed record Model(
    Network Network, Schema Schema, string Loss, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    internal const string SoftmaxKind = "softmax";

    /// <summary>How many raw columns an example has.</summary>
    public int Inputs => Schema.Columns.Length;

    /// <summary>The names of the classes; null where a quantity is predicted.</summary>
    public IReadOnlyList<string>? Classes => Schema.Classes?.Value;

    /// <summary>What the network's numbers are: probabilities, scores or output.</summary>
    public string OutputName => Classes is null ? "output" : EndsInSoftmax ? "probabilities" : "scores";

    /// <summary>Layers, neurons and parameters.</summary>
    public NetworkSummary Summary => Core.Summary.ofNetwork(Inputs, Network);

    /// <summary>An option by its name; null if the file has none of this name.</summary>
    public string? Option(string name) => Options.FirstOrDefault(option => option.Key == name).Value;

    bool EndsInSoftmax => !Network.Layers.IsEmpty && Network.Layers[^1].Kind == SoftmaxKind;

    /// <summary>What training sees of the task.</summary>
    internal Core.Task Task => Classes is { } classes
        ? Core.Task.NewClassification(classes.Count)
        : Core.Task.NewRegression(1);

    /// <summary>The network without a final softmax: the outputs that the loss is defined on.</summary>
    internal Network Scores => EndsInSoftmax
        ? new Network(ListModule.Take(Network.Layers.Length - 1, Network.Layers))
        : Network;
}
