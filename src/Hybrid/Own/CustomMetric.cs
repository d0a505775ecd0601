using Hybrid.Models;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A metric of your own, to stop by and to keep the best epoch (<see cref="TrainingOptions.CustomStopBy"/>), and to compare trials
/// by (<see cref="TuneOptions.CustomMetric"/>).</summary>
/// <example><code>
/// new CustomMetric("worst", (outputs, targets, weights) => outputs.Zip(targets, (p, t) => Math.Abs(p - t)).Max())
/// </code></example>
/// <param name="Name">What it is called in reports and in the model's file.</param>
/// <param name="Value">From what the model returns for all examples, row by row, the target of each, and how often each counts (1 without
/// weights), to a finite number: quantities in their own unit; or [examples; classes] probabilities or scores, and indices of classes. Of
/// several targets, it is the mean over them; a label has two classes, no and yes. It is called on several threads.</param>
/// <param name="IsHigherBetter">Whether a higher value is better. Default: false.</param>
/// <param name="IsOfClasses">Whether it measures classes or labels. Default: false, quantities.</param>
public sealed record CustomMetric(
    string Name, Func<double[], double[], double[], double> Value, bool IsHigherBetter = false, bool IsOfClasses = false)
{
    internal FSharpMetric Core
    {
        get
        {
            ArgumentNullException.ThrowIfNull(Name);
            ArgumentNullException.ThrowIfNull(Value);
            return IsOfClasses
                ? MetricModule.ofScores(
                    Name, IsHigherBetter,
                    FuncConvert.FromFunc<double[], int[], double[], double>((scores, labels, weights) =>
                        Value(scores, Array.ConvertAll(labels, label => (double)label), weights)))
                : MetricModule.ofNumbers(Name, IsHigherBetter, FuncConvert.FromFunc(Value));
        }
    }
}
