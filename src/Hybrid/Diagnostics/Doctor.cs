using Hybrid.Kernels;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A model and its data compared with the lecture's advice on training.</summary>
public static class Doctor
{
    const int StandardBatch = 32;

    /// <summary>Examines a model: what its units do, how gradients and updates reach its weights, how its inputs are scaled,
    /// and how much better it is on what it learned from.</summary>
    /// <param name="model">The model.</param>
    /// <param name="training">The examples that it learned from, as far as they are known; as
    /// <see cref="TrainingReport.TrainingData"/> or <see cref="Selection.LoadTraining"/> have them.</param>
    /// <param name="heldOut">Examples that it did not learn from, if there are any.</param>
    /// <param name="threads">How many threads compute; the result does not depend on it. 0 for all processors.</param>
    /// <exception cref="OptionException">There are not from 0 to 1024 threads.</exception>
    /// <exception cref="HybridException">The examples are not for the model, or there are none.</exception>
    public static Diagnosis Examine(Model model, DataSet training, DataSet? heldOut = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        if (threads is < 0 or > Engine.MaxThreads)
            throw new OptionException(nameof(threads), $"must be from 0 to {Engine.MaxThreads}, not {threads}");

        var engine = Engine.Create(threads);
        using var owned = engine as IDisposable;
        using var evaluator = new Evaluator(model, engine);
        var raw = model.Examples(training);
        var (network, targets) = AsTrained(model, raw.Targets);
        var examples = new Examples(raw.Width, raw.Features, targets, raw.Rows);
        var units = Diagnostics.Units.ofNetwork(engine, network, examples);
        var (settings, isKnown) = Settings(model, examples);
        var flow = Flow.ofNetwork(engine, settings, network, examples);

        var examination = new Examination(
            units, flow, NetworkModule.parameters(network).All(parameter => Reference.value(parameter.Item2).All(double.IsFinite)),
            isKnown ? Tuple.Create(settings.Optimizer, settings.LearningRate) : FSharpOption<Tuple<Optimizer, double>>.None,
            Measured(raw),
            heldOut is null ? FSharpOption<Core.Measures>.None : Measured(model.Examples(heldOut)));

        // what is not finite is what is looked for here: then the measures are not known
        Core.Measures Measured(Examples examples)
        {
            try
            {
                return evaluator.Measured(examples);
            }
            catch (NonFiniteResult)
            {
                return Metrics.unknown(model.Task, examples.Count);
            }
        }

        return new Diagnosis(
            units.Examples,
            [.. units.Layers.Zip(flow, (layer, flow) => new DiagnosedLayer(
                layer.Layer, layer.Kind, layer.IsHidden, layer.Units, layer.NotFinite, layer.Dead, layer.NoGradient,
                layer.Pieces, layer.UnusedPieces, layer.Saturated?.Value, layer.Mean, layer.Deviation, flow.GradientNorm,
                isKnown ? flow.UpdateRatio : null))],
            [.. Findings.ofExamination(examination).Select(finding => new DiagnosedFinding(
                finding.Kind, finding.Layer?.Value, finding.Value, finding.Threshold, finding.Found, finding.Says,
                [.. finding.Remedies]))],
            Measures.Of(examination.Training, model.Classes),
            examination.HeldOut is { } measured ? Measures.Of(measured.Value, model.Classes) : null);
    }

    /// <summary>The network that was trained, without what follows it, and targets as it saw them: a quantity is standardised,
    /// as the model's last layer knows how.</summary>
    static (Core.Network Network, float[] Targets) AsTrained(Model model, float[] targets)
    {
        var network = model.Scores;
        return model.Classes is null && EndingModule.ofNetwork(model.Inputs, network) is Ending.Scale scale
            ? (NetworkModule.withoutLast(network),
                Array.ConvertAll(targets, target => (float)((target - scale.mean) / scale.deviation)))
            : (network, targets);
    }

    /// <summary>How the model was trained, as its file tells, and whether it tells the optimizer and its rate.</summary>
    static (Core.TrainingOptions Settings, bool IsKnown) Settings(Model model, Examples examples)
    {
        FSharpOption<double>? Optional(string name) =>
            Selection.Number(model, name) is { } value ? FSharpOption<double>.Some(value) : null;

        var recorded = OptimizerModule.all.FirstOrDefault(optimizer => optimizer.Name == model.Option("optimizer"));
        var rate = Selection.Number(model, "learning-rate");
        var optimizer = recorded ?? OptimizerModule.sgd;

        var settings = new Core.TrainingOptions(
            model.Task, LossModule.named(model.Loss),
            new Regularizer(Selection.Number(model, "l1") ?? 0, Selection.Number(model, "l2") ?? 0, Optional("max-norm")),
            optimizer, ScheduleModule.constant, rate ?? optimizer.DefaultRate, Optional("clip-norm"),
            Math.Min(examples.Count, (int)(Selection.Number(model, "batch-size") ?? StandardBatch)), 1, null,
            model.Option("class-weights") is null
                ? FSharpOption<float[]>.None
                : Step.balancedWeights(TaskModule.outputs(model.Task), examples.Pick(1, examples.Targets)),
            GradientSourceModule.graph, 1);

        return (settings, recorded is not null && rate is not null);
    }
}
