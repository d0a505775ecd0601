namespace Hybrid;

// Models with smaller weights.
public sealed partial class Model
{
    /// <summary>The same model with integers of 8 bits in its dense layers and convolutions: weights with a step for each neuron or channel, and
    /// what comes to a layer rounded to 255 or 256 steps of the range that it has on examples. Preprocessing, layers of other kinds, and layers
    /// within others, stay float32. The file of a large network is about a quarter as large, in ONNX's QDQ form, which other runtimes read; such a
    /// model is not trained further.</summary>
    /// <param name="calibration">Examples whose ranges those of the layers become; what is beyond them later is limited.</param>
    /// <param name="measured">Examples to compare the models on. Null: the same ones.</param>
    /// <exception cref="TableException">Their columns or classes are not the model's.</exception>
    /// <exception cref="HybridException">There are no examples, or the model has neither dense layers nor convolutions, or has integers
    /// already.</exception>
    /// <exception cref="NonFiniteResultException">What comes to a layer, or an output, is NaN or infinite.</exception>
    public CompressionReport ToInt8(TableData calibration, TableData? measured = null)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return CompressionReport.Of(this, calibration, measured ?? calibration, Models.Int8.convert);
    }

    /// <summary>The same model with the weights of its dense layers rounded to bfloat16, the upper half of float32: 8 bits of precision in
    /// the same range. Products and sums are float32, as are biases, preprocessing and layers of other kinds. The file of a large network
    /// is about half as large, and other runtimes read it; layers that are trained further have float32 weights again.</summary>
    /// <param name="ranges">Examples whose ranges, with those of the measured ones, are the inputs for which a bound is proved.</param>
    /// <param name="measured">Examples to compare the models on. Null: the same ones.</param>
    /// <exception cref="TableException">Their columns or classes are not the model's.</exception>
    /// <exception cref="HybridException">There are no examples to measure on, or the model has no dense layers, or has integers or weights in
    /// bfloat16 already; or a weight is beyond the largest number of bfloat16, 3.39 · 10³⁸.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public CompressionReport ToBFloat16(TableData ranges, TableData? measured = null)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        return CompressionReport.Of(this, ranges, measured ?? ranges, (_, _, model) => Models.BFloat16.convert(model));
    }
}
