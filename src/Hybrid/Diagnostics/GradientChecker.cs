using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Gradients compared with central differences, or with those of DiffSharp, in double precision.</summary>
public static class GradientChecker
{
    /// <summary>Checks the gradient of a model's loss with respect to its parameters, at their present values, through the
    /// whole model: preprocessing, layers and loss.</summary>
    /// <remarks>Baydin, Pearlmutter, Radul and Siskind, "Automatic differentiation in machine learning: a survey" (2018),
    /// section 2.1.</remarks>
    /// <param name="model">The model; without a final softmax, which belongs to its loss.</param>
    /// <param name="data">Examples with their targets.</param>
    /// <param name="options">How much is checked, and how closely. Null for the defaults.</param>
    /// <param name="progress">Takes the number of elements that have been checked, and of all that will be; called on several
    /// threads.</param>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <exception cref="HybridException">The examples do not fit the model, or there are none; or DiffSharp's gradients are
    /// requested and missing, and the message says where they come from.</exception>
    public static GradientCheckReport Check(
        Model model, TableData data, GradientCheckOptions? options = null, Action<int, int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Check();

        var (task, loss, scores) = (Models.ModelModule.task(model.Value), model.Value.Loss, Models.ModelModule.scores(model.Value));
        var examples = model.Examples(data);
        var affordable = GradientCheck.affordable(model.Inputs, scores);
        var (count, parameters) = (options.Examples ?? affordable.Item1, options.Parameters ?? affordable.Item2);
        var report = options.Against == GradientCheckOptions.Differences
            ? GradientCheck.ofNetworkWatched(
                FuncConvert.FromAction(progress ?? ((_, _) => { })), GradientSourceModule.graph, options.Seed, count, parameters,
                task, loss, scores, examples)
            : GradientCheck.ofNetworkAgainst(
                GradientSources.Named(options.Against), GradientSourceModule.graph, options.Seed, count, parameters, task, loss,
                scores, examples);

        return new GradientCheckReport(
            report.MaxRelativeError <= options.Threshold, report.MaxRelativeError, report.Checked, report.Parameters,
            report.Examples, [.. report.Worst.Select(CheckedDerivative.Of)], [.. report.Kinks.Select(CheckedDerivative.Of)]);
    }
}
