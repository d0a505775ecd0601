using System.Globalization;

namespace Hybrid;

/// <summary>The description of a network.</summary>
/// <param name="Inputs">The number of inputs: numbers per example.</param>
/// <param name="Layers">First to last, activations and the like among them.</param>
/// <param name="Neurons">The number of units with weights.</param>
/// <param name="Parameters">The number of parameters.</param>
/// <param name="Depth">How many layers of neurons there are: the input is not counted, and activations belong to theirs.</param>
public sealed record NetworkDescription(
    int Inputs, IReadOnlyList<LayerDescription> Layers, int Neurons, int Parameters, int Depth)
{
    /// <summary>How many products are added up for one example.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    internal static NetworkDescription Of(Core.Network network, int inputs)
    {
        var summary = Summary.ofNetwork(inputs, network);
        return new NetworkDescription(
            summary.Inputs,
            [.. summary.Layers.Select(layer => new LayerDescription(layer.Kind, [.. layer.Shape], layer.Neurons, layer.Parameters, layer.MultiplyAdds))],
            summary.Neurons, summary.Parameters, summary.Depth);
    }

    /// <summary>What a network of fully connected layers with relu would consist of; the network itself is not made.</summary>
    /// <param name="sizes">The number of inputs, of units in each layer, and of outputs.</param>
    /// <exception cref="HybridException">There are fewer than two sizes, one is below 1, or there would be more than 2³¹ - 1
    /// parameters.</exception>
    public static NetworkDescription OfSizes(IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        return Of(Dense.outline("relu", ListModule.OfSeq(sizes)), sizes[0]);
    }

    /// <summary>A line for the whole, and one for each layer.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Depth}-layer network, {Inputs:N0} inputs, {Neurons:N0} neurons, {Parameters:N0} parameters"),
            .. Layers.Select(layer => string.Create(
                CultureInfo.InvariantCulture,
                $"  {layer.Kind,-12} {string.Join('×', layer.Shape),8} {layer.Parameters,12:N0} parameters")),
        ]);
}
