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
    internal const string SigmoidKind = "sigmoid";
    const string SoftmaxKind = "softmax", LogSoftmaxKind = "log-softmax";

    /// <summary>How many raw columns an example has.</summary>
    public int Inputs => Schema.Columns.Length;

    /// <summary>The names of the classes; null where a quantity is predicted.</summary>
    public IReadOnlyList<string>? Classes => Schema.Classes?.Value;

    /// <summary>What the network's numbers are: probabilities, log-probabilities, scores or output.</summary>
    public string OutputName => Classes is null ? "output" : EndOf(Network) switch
    {
        SoftmaxKind or SigmoidKind => "probabilities",
        LogSoftmaxKind => "log-probabilities",
        _ => "scores",
    };

    /// <summary>Layers, neurons and parameters.</summary>
    public NetworkSummary Summary => Core.Summary.ofNetwork(Inputs, Network);

    /// <summary>An option by its name; null if the file has none of this name.</summary>
    public string? Option(string name) => Options.FirstOrDefault(option => option.Key == name).Value;

    /// <summary>What training sees of the task.</summary>
    internal Core.Task Task => Classes is { } classes
        ? Core.Task.NewClassification(classes.Count)
        : Core.Task.NewRegression(1);

    /// <summary>The network without a final function of probabilities: the outputs that the loss is defined on.</summary>
    internal Network Scores =>
        Classes is not null && EndOf(Network) is SoftmaxKind or LogSoftmaxKind or SigmoidKind ? WithoutEnd(Network) : Network;

    /// <summary>The kind of the last layer, if there is one.</summary>
    internal static string? EndOf(Network network) => network.Layers.IsEmpty ? null : network.Layers[^1].Kind;

    internal static Network WithoutEnd(Network network) =>
        new(ListModule.Take(network.Layers.Length - 1, network.Layers));
}
