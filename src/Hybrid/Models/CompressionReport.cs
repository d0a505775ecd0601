using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A model with weights of 8 or 16 bits, and how far it is from the one that it was made of.</summary>
public sealed record CompressionReport
{
    /// <summary>The smaller model. Its intervals or sets of classes, if it had any, are left out: they were calibrated on the
    /// other one.</summary>
    public required Model Model { get; init; }

    /// <summary>The number of layers that have smaller weights now.</summary>
    public required int Layers { get; init; }

    /// <summary>The kinds of the layers with parameters that still have float32 numbers, such as residual.</summary>
    public required IReadOnlyList<string> Kept { get; init; }

    /// <summary>The size of the file of the model that was converted, in bytes.</summary>
    public required long SizeBefore { get; init; }

    /// <summary>The size of the file of the smaller model, in bytes.</summary>
    public required long SizeAfter { get; init; }

    /// <summary>How good the model was.</summary>
    public required Metrics Before { get; init; }

    /// <summary>How good the smaller model is on the same rows.</summary>
    public required Metrics After { get; init; }

    /// <summary>The largest distance between outputs of the two models, before a final softmax or sigmoid, measured on these
    /// rows.</summary>
    public required double LargestDifference { get; init; }

    /// <summary>A proved bound of this distance, for all inputs within the ranges that the columns have in the data, without missing values,
    /// and for float32 on any engine of Hybrid and number of threads; infinite where there is none, as for a layer whose rounding is not
    /// known, or where it would take longer than half a minute.</summary>
    public required double ProvedDifference { get; init; }

    /// <summary>The number of rows that were asked whether both models have the same class: at most 1,000, and
    /// fewer, or none, of large networks, and of those with convolutions in float32, for which that takes longer.</summary>
    public required int Rows { get; init; }

    /// <summary>The number of these of which that is proved, for any engine; those with missing numbers never are. Null where no classes are
    /// predicted, or no row was asked.</summary>
    public required int? SameClass { get; init; }

    /// <summary>Converts a model by its examples, whose ranges those of the columns become, and compares the two on others.</summary>
    internal static CompressionReport Of(
        Model model, TableData ranges, TableData measured, Func<Engine, Examples, Models.FSharpModel, Models.FSharpModel> convert)
    {
        if (measured.Count == 0)
            throw new HybridException($"{measured.Source}: there are no examples to measure on.");

        using var engine = Kernels.CpuEngine.Create();
        try
        {
            var (calibration, examples) = (model.Examples(ranges), model.Examples(measured));
            var converted = new Model(convert(engine, calibration, model.Value));
            var found = Models.Compression.compare(engine, calibration, examples, model.Value, converted.Value);
            var (layers, kept) = Models.Compression.layers(converted.Value);
            return new()
            {
                Model = converted,
                Layers = layers,
                Kept = [.. kept],
                SizeBefore = model.ToBytes().LongLength,
                SizeAfter = converted.ToBytes().LongLength,
                Before = Metrics.Of(found.Before, model.Value.Schema),
                After = Metrics.Of(found.After, model.Value.Schema),
                LargestDifference = found.Measured,
                ProvedDifference = found.Proved,
                Rows = found.Rows,
                SameClass = OptionModule.ToNullable(found.Same),
            };
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(model.Value, measured.Source, 0, error);
        }
    }
}
