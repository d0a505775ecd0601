using Hybrid.Kernels;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A model and its data compared with the lecture's advice on training.</summary>
public static class Doctor
{
    /// <summary>Examines a model: what its units do, how gradients and updates reach its weights, how its inputs are scaled,
    /// and how much better it is on its training examples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="training">The training examples, as far as they are known; such as
    /// <see cref="TrainingReport.TrainingData"/> or those of <see cref="ModelData.SelectTraining"/>.</param>
    /// <param name="heldOut">Held-out examples, if there are any.</param>
    /// <param name="threads">The number of threads; the result does not depend on it. 0 for all processors.</param>
    /// <exception cref="OptionException">The number of threads is not from 0 to 1024.</exception>
    /// <exception cref="HybridException">The examples do not fit the model, or there are none.</exception>
    public static Diagnosis Examine(Model model, TableData training, TableData? heldOut = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        if (threads is < 0 or > CpuEngine.MaxThreads)
            throw new OptionException(nameof(threads), $"must be from 0 to {CpuEngine.MaxThreads}, not {threads}");

        var engine = CpuEngine.Create(threads);
        using var owned = engine as IDisposable;
        var diagnosis = Models.DoctorModule.examine(
            engine, model.Value, model.Examples(training),
            heldOut is null ? FSharpOption<Examples>.None : FSharpOption<Examples>.Some(model.Examples(heldOut)));
        var examination = diagnosis.Examination;
        var isKnown = examination.Trained is not null;

        return new Diagnosis(
            examination.Units.Examples,
            [.. examination.Units.Layers.Join(examination.Flow, layer => layer.Layer, flow => flow.Layer, (layer, flow) => new DiagnosedLayer(
                layer.Layer, layer.Kind, layer.IsHidden, layer.Units, layer.Places, layer.NotFinite, layer.Dead, layer.NoGradient,
                layer.Pieces, layer.UnusedPieces, layer.Saturated?.Value, layer.Mean, layer.Deviation, flow.GradientNorm,
                isKnown ? flow.UpdateRatio : null))],
            [.. diagnosis.Findings.Select(finding => new DiagnosedFinding(
                finding.Kind, finding.Layer?.Value, finding.Value, finding.Threshold, finding.Found, finding.Says,
                [.. finding.Remedies]))],
            Metrics.Of(examination.Training, model.Value.Schema),
            examination.HeldOut is { } measured ? Metrics.Of(measured.Value, model.Value.Schema) : null);
    }
}
