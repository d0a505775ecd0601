using Hybrid.Data;

namespace Hybrid;

/// <summary>A model at work on an engine: what it answers and how good that is. For one thread at a time.</summary>
public sealed class Evaluator
{
    readonly Model model;
    readonly IKernels engine;
    readonly Inference scores, outputs;
    readonly Loss loss;

    /// <summary>A model on an engine, which stays the caller's.</summary>
    public Evaluator(Model model, IKernels engine)
    {
        this.model = model;
        this.engine = engine;
        scores = InferenceModule.create(engine, model.Scores, model.Inputs);
        outputs = InferenceModule.create(engine, model.Network, model.Inputs);
        loss = LossModule.named(model.Loss);
    }

    /// <summary>Loss and quality on some examples of a dataset that has the model's columns.</summary>
    public Measures Measure(Dataset data, int[] rows)
    {
        var targets = Targets(data.Target);
        return Measure(scores.Run(data.Features, rows), Array.ConvertAll(rows, row => targets[row]));
    }

    /// <summary>Loss and quality on all rows that were read for the model.</summary>
    /// <exception cref="HybridException">The rows have no target.</exception>
    public Measures Measure(Batch batch) => Measure(batch, [.. Enumerable.Range(0, batch.Examples)]);

    /// <summary>Loss and quality on some of the rows that were read for the model.</summary>
    /// <exception cref="HybridException">The rows have no target.</exception>
    public Measures Measure(Batch batch, int[] rows)
    {
        var targets = Targets(batch);
        return Measure(scores.Run(batch.Features, rows), Array.ConvertAll(rows, row => targets[row]));
    }

    /// <summary>What the model answers, [examples; outputs]: probabilities or scores of classes, or the quantity.</summary>
    public float[] Predict(Batch batch) => outputs.Run(batch.Features);

    Measures Measure(float[] outputs, float[] targets) =>
        InferenceModule.measure(engine, model.Task, loss, outputs, targets);

    /// <summary>The targets of rows as training sees them: class indices, or the quantity.</summary>
    /// <exception cref="HybridException">The rows have no target.</exception>
    internal static float[] Targets(Batch batch) => batch.Target is { } target
        ? Targets(target.Value)
        : throw new HybridException($"{batch.Source} has no target to measure the model by.");

    /// <summary>The same of all examples of a dataset.</summary>
    internal static float[] Targets(Target target) => target switch
    {
        Target.Classes classes => Array.ConvertAll(classes.labels, label => (float)label),
        Target.Quantity quantity => quantity.Item,
        _ => throw new ArgumentOutOfRangeException(nameof(target)),
    };
}
