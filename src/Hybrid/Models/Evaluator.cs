using Hybrid.Kernels;

namespace Hybrid;

/// <summary>A model's scores measured on examples, on an engine. For one thread at a time.</summary>
sealed class Evaluator : IDisposable
{
    /// <summary>The examples of more classes, each with each, are too many to be counted.</summary>
    const int MostClasses = 4096;

    readonly Model model;
    readonly IKernels engine;
    readonly bool isOwner;
    readonly Inference scores;
    readonly Loss loss;

    /// <summary>On an engine, which stays the caller's, or on one of its own with all processors.</summary>
    public Evaluator(Model model, IKernels? engine = null)
    {
        if (model.Classes is { Count: > MostClasses })
            throw new HybridException(
                $"The model has {model.Classes.Count} classes, and at most {MostClasses} can be counted against each other.");

        this.model = model;
        this.engine = engine ?? Engine.Create();
        isOwner = engine is null;
        scores = InferenceModule.create(this.engine, model.Scores, model.Inputs);
        loss = LossModule.named(model.Loss);
    }

    /// <summary>Loss and quality on examples whose targets are as training sees them.</summary>
    public Measures Measure(Examples examples) => Measures.Of(Measured(examples), model.Classes);

    /// <summary>The same as the core has it.</summary>
    public Core.Measures Measured(Examples examples) =>
        InferenceModule.evaluate(engine, model.Task, loss, scores, examples);

    public void Dispose()
    {
        if (isOwner)
            (engine as IDisposable)?.Dispose();
    }
}
