namespace Hybrid;

/// <summary>A loss of your own.</summary>
/// <example><code>
/// new CustomLoss("log-cosh", (p, t) => (p - t + (-2.0 * (p - t)).Softplus() - Math.Log(2)).Mean(axis: 1))
/// </code></example>
/// <param name="Name">What it is called in reports and in the model's file. A model that is read from a file has the usual loss in its
/// place, since the file does not hold its formula.</param>
/// <param name="PerExample">From outputs and targets, both [examples; outputs], to the loss of each example, [examples]. A quantity is
/// standardised; the target of a class is 1 for the right one and 0 for the others.</param>
/// <param name="IsOfClasses">Whether it takes scores of classes. Default: false, numbers.</param>
public sealed record CustomLoss(string Name, Func<Tensor, Tensor, Tensor> PerExample, bool IsOfClasses = false)
{
    internal Core.Loss Value
    {
        get
        {
            ArgumentNullException.ThrowIfNull(Name);
            ArgumentNullException.ThrowIfNull(PerExample);
            return IsOfClasses
                ? LossModule.ofClasses(Name, Microsoft.FSharp.Core.FuncConvert.FromFunc(PerExample))
                : LossModule.ofNumbers(Name, Microsoft.FSharp.Core.FuncConvert.FromFunc(PerExample));
        }
    }
}
