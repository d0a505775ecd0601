using Hybrid.Data;

namespace Hybrid;

/// <summary>The gradients that a model is trained by against central differences, in double precision.</summary>
public static class GradientChecker
{
    /// <summary>Checks the gradient of a model's loss with respect to its parameters, at the values that they have, through the
    /// whole model: preprocessing, layers and loss. It passes where MaxRelativeError is at most the threshold.</summary>
    /// <param name="model">The model; without a final softmax, which belongs to its loss.</param>
    /// <param name="batch">Rows that were read for the model, with their targets.</param>
    /// <param name="options">How much is checked.</param>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <exception cref="HybridException">The rows have no target, or there are none.</exception>
    public static GradientCheckReport Check(Model model, Batch batch, GradientCheckOptions options) =>
        Check(model, batch, [.. Enumerable.Range(0, batch.Examples)], options);

    /// <summary>The same on some of the rows.</summary>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <exception cref="HybridException">The rows have no target, or there are none.</exception>
    public static GradientCheckReport Check(Model model, Batch batch, int[] rows, GradientCheckOptions options)
    {
        options.Check();
        var examples = new Examples(model.Inputs, batch.Features, Evaluator.Targets(batch), rows);

        return Core.GradientCheck.ofNetwork(
            GradientSourceModule.graph, options.Seed, options.Examples, options.Parameters, model.Task, LossModule.named(model.Loss), model.Scores, examples);
    }
}
