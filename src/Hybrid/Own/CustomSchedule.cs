namespace Hybrid;

/// <summary>A schedule of the learning rate of your own.</summary>
/// <param name="Name">What it is called in the model's file.</param>
/// <param name="Factor">What the learning rate is multiplied by, from the fraction of all steps that are done, in [0, 1).</param>
public sealed record CustomSchedule(string Name, Func<double, double> Factor)
{
    internal Core.Schedule Value
    {
        get
        {
            ArgumentNullException.ThrowIfNull(Name);
            ArgumentNullException.ThrowIfNull(Factor);
            return new Core.Schedule(Name, Microsoft.FSharp.Core.FuncConvert.FromFunc(Factor));
        }
    }
}
