using Hybrid.Figures;

namespace Hybrid;

// What the layers of a network of images see, as pictures.
public sealed partial class Model
{
    /// <summary>What each unit of the first layer looks for, as an SVG file: of a convolution its windows, of other layers whole images.
    /// It is the derivative of a unit's sum with respect to the pixels.</summary>
    /// <exception cref="HybridException">The model was not trained on images, as far as it tells, and has no convolutions.</exception>
    public string FiltersToSvg()
    {
        var extents = Value.Schema.Reading.Image?.Value.Extents ?? PictureModule.image(Inputs, Value.Network)?.Value
            ?? throw new HybridException(
                "The model does not say that it takes images, and has no convolutions: filters are drawn of models that were trained on images.");

        using var engine = Kernels.CpuEngine.Create(1);
        var filters = PictureModule.filters(engine, extents, Value.Network);
        return FigureModule.toSvg(Mosaic.draw($"First layer, {filters.Length} units", true, filters));
    }

    /// <summary>What the layers of convolutions return for an example, as an SVG file: a picture for each channel.</summary>
    /// <param name="example">The numbers of the model's columns.</param>
    /// <exception cref="HybridException">No layer returns images, or there are not as many numbers as columns.</exception>
    public string ActivationsToSvg(ReadOnlySpan<float> example)
    {
        if (example.Length != Columns.Count)
            throw new HybridException($"The model takes {Columns.Count} numbers, not {example.Length}.");

        using var engine = Kernels.CpuEngine.Create(1);
        var layers = PictureModule.activations(engine, Value.Network, example.ToArray());
        return FigureModule.toSvg(FigureModule.column(ListModule.OfSeq(
            layers.Select(layer => Mosaic.draw($"Layer {layer.Item1}, {layer.Item2.Length} channels", false, layer.Item2)))));
    }
}
