namespace Hybrid;

/// <content>Intervals of a quantity and sets of classes that hold the truth with a stated probability: split conformal
/// prediction.</content>
public sealed partial class Model
{
    /// <summary>What the model's intervals, or sets of classes, are calibrated on; of several targets, those of the first. Null if it was
    /// trained without <see cref="TrainingOptions.Interval"/>.</summary>
    public IntervalCalibration? Interval => Intervals is [var first, ..] ? first : null;

    /// <summary>The same for each of <see cref="Targets"/>; empty if it was trained without
    /// <see cref="TrainingOptions.Interval"/>.</summary>
    public IReadOnlyList<IntervalCalibration> Intervals =>
        [.. Value.Conformal.Select(each => new IntervalCalibration(each.Level, each.Examples, each.Threshold))];

    /// <summary>The probability, at least, that the intervals of all targets of an example hold together: 1 - Σ (1 - level), whatever the
    /// targets have to do with each other. Of a single target its level; null without intervals.</summary>
    public double? JointLevel => Value.Conformal.IsEmpty ? null : Models.ConformalModule.together(Value.Conformal);

    /// <summary>The quantities of each example, row by row, and an interval around each that holds the truth with the probability
    /// <see cref="IntervalCalibration.Level"/>. Of several targets that holds of each by itself; all together are held with a probability
    /// of at least 1 - k (1 - level) for k targets.</summary>
    /// <param name="examples">[examples; columns], as for <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <returns>[examples; targets].</returns>
    /// <exception cref="HybridException">The model was trained without intervals, or predicts classes; or as for
    /// <see cref="Predict(ReadOnlySpan{double})"/>.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public PredictedInterval[] PredictIntervals(ReadOnlySpan<double> examples) => IntervalsAround(Predict(examples));

    /// <summary>The same for all examples of some data, whose targets do not matter.</summary>
    /// <param name="data">Examples with the model's columns.</param>
    /// <exception cref="HybridException">As for <see cref="PredictIntervals(ReadOnlySpan{double})"/>.</exception>
    public PredictedInterval[] PredictIntervals(TableData data) => IntervalsAround(Predict(data));

    /// <summary>The same for rows as a program has them, without targets.</summary>
    /// <param name="rows">As for <see cref="EncodeAll"/>.</param>
    /// <param name="unknown">As for <see cref="Encode"/>.</param>
    /// <exception cref="HybridException">As for <see cref="PredictIntervals(ReadOnlySpan{double})"/> and
    /// <see cref="Encode"/>.</exception>
    public PredictedInterval[] PredictIntervalsAll(object rows, UnknownCategory unknown = UnknownCategory.Error) =>
        IntervalsAround(PredictAll(rows, unknown));

    /// <summary>For each example the classes that hold the true one with the probability <see cref="IntervalCalibration.Level"/>: one
    /// where the model is certain, several where it is not, and none for an example unlike those of the calibration.</summary>
    /// <param name="examples">[examples; columns], as for <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <exception cref="HybridException">The model was trained without intervals, or predicts a quantity; or as for
    /// <see cref="Predict(ReadOnlySpan{double})"/>.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public IReadOnlyList<string>[] PredictSets(ReadOnlySpan<double> examples) => Sets(Predict(examples));

    /// <summary>The same for all examples of some data, whose targets do not matter.</summary>
    /// <param name="data">Examples with the model's columns.</param>
    /// <exception cref="HybridException">As for <see cref="PredictSets(ReadOnlySpan{double})"/>.</exception>
    public IReadOnlyList<string>[] PredictSets(TableData data) => Sets(Predict(data));

    /// <summary>The same for rows as a program has them, without targets.</summary>
    /// <param name="rows">As for <see cref="EncodeAll"/>.</param>
    /// <param name="unknown">As for <see cref="Encode"/>.</param>
    /// <exception cref="HybridException">As for <see cref="PredictSets(ReadOnlySpan{double})"/> and <see cref="Encode"/>.</exception>
    public IReadOnlyList<string>[] PredictSetsAll(object rows, UnknownCategory unknown = UnknownCategory.Error) =>
        Sets(PredictAll(rows, unknown));

    /// <summary>The interval around a quantity that the model returned, such as one of <see cref="PredictedRows"/>; of several targets,
    /// around the first one.</summary>
    /// <param name="prediction">In the target's unit.</param>
    /// <exception cref="HybridException">The model was trained without intervals, or predicts classes or labels.</exception>
    public PredictedInterval IntervalAround(double prediction) => IntervalsAround([prediction])[0];

    /// <summary>The intervals around the quantities that the model returned for an example or several.</summary>
    /// <param name="predictions">[examples; targets], in the targets' own units.</param>
    /// <exception cref="HybridException">The model was trained without intervals, or predicts classes or labels.</exception>
    public PredictedInterval[] IntervalsAround(ReadOnlySpan<double> predictions)
    {
        var values = predictions.ToArray();
        return [.. values.Zip(Models.ModelModule.intervals(Value, values), (value, ends) => new PredictedInterval(value, ends.Item1, ends.Item2))];
    }

    /// <summary>The set of classes by the outputs that the model returned for an example.</summary>
    /// <param name="outputs">One per class.</param>
    /// <exception cref="HybridException">The model was trained without intervals, or predicts a quantity; or there is not one output
    /// per class.</exception>
    public IReadOnlyList<string> SetOf(ReadOnlySpan<double> outputs)
    {
        if (outputs.Length != Network.Outputs)
            throw new HybridException($"The model has {Network.Outputs} outputs, but {outputs.Length} numbers were given.");

        var singles = new float[outputs.Length];
        for (var i = 0; i < singles.Length; i++)
            singles[i] = (float)outputs[i];

        return [.. Models.ModelModule.classSet(Value, singles).Select(index => Classes![index])];
    }

    /// <summary>How often the model's intervals, or sets of classes, hold the truth of examples, and how large they are.</summary>
    /// <param name="data">Examples with the model's columns, in any order, and their targets.</param>
    /// <exception cref="TableException">Their columns or classes are not the model's.</exception>
    /// <exception cref="HybridException">There are no examples, or the model was trained without intervals.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public IntervalCoverage EvaluateIntervals(TableData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
            throw new HybridException($"{data.Source}: there are no examples to measure on.");

        using var engine = Kernels.CpuEngine.Create();
        return new IntervalCoverage(Models.Calibration.coverage(engine, Examples(data), Value));
    }

    IReadOnlyList<string>[] Sets(double[] outputs)
    {
        var sets = new IReadOnlyList<string>[outputs.Length / Network.Outputs];
        for (var row = 0; row < sets.Length; row++)
            sets[row] = SetOf(outputs.AsSpan(row * Network.Outputs, Network.Outputs));

        return sets;
    }
}

/// <summary>What intervals of a quantity, or sets of classes, are calibrated on.</summary>
/// <param name="Level">The probability that the truth is in the interval or set, over calibration examples and those to come.</param>
/// <param name="Examples">The number of calibration examples.</param>
/// <param name="Threshold">Half the length of an interval, in the target's unit; or the least output of a class in the set.</param>
public sealed record IntervalCalibration(double Level, int Examples, double Threshold);

/// <summary>A predicted quantity and an interval around it, in the target's unit.</summary>
/// <param name="Prediction">What the model returns.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct PredictedInterval(double Prediction, double Lower, double Upper);

/// <summary>How often intervals or sets hold the truth of some examples, and how large they are.</summary>
/// <param name="Examples">The number of examples.</param>
/// <param name="Share">The share of them whose truth is in the interval or set; of several targets, the share of which every known
/// target is in its interval.</param>
/// <param name="Size">The mean length of an interval, in the target's unit, or the mean number of classes of a set; NaN for several
/// targets, whose units differ.</param>
public sealed record IntervalCoverage(int Examples, double Share, double Size)
{
    internal IntervalCoverage(Models.Coverage value) : this(value.Examples, value.Share, value.Size) =>
        Targets = value.Each.IsEmpty ? [] : [.. value.Each.Select(each => new IntervalCoverage(each))];

    /// <summary>Of several targets, each on the examples that have it; empty for a single one.</summary>
    public IReadOnlyList<IntervalCoverage> Targets { get; init; } = [];
}
