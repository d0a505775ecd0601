using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Softmax and log Σ exp along an axis. The greatest element is subtracted first, so that nothing overflows.</summary>
static unsafe class Exponentials
{
    /// <summary>y[o, l, i] = exp x[o, l, i] / Σₗ exp x[o, l, i] and logSum[o, i] = log Σₗ exp x[o, l, i]; either may be
    /// null.</summary>
    public static void Run<TLanes>(Team team, int outer, int length, int inner, float* x, float* y, float* logSum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var run = Scratch.Borrow(2 * length);
        var exponentials = run + length;

        for (nint o = 0; o < outer; o++)
            for (nint i = 0; i < inner; i++)
            {
                var start = o * length * inner + i;
                Gather(x + start, inner, length, run);
                var (greatest, sum) = Sum<TLanes>(run, length, exponentials);

                if (y != null)
                    for (nint l = 0; l < length; l++)
                        y[start + l * inner] = exponentials[l] / sum;

                if (logSum != null)
                {
                    var logarithm = LogOperator.Invoke(Lanes1.Load(&sum));
                    // An infinite element decides alone; subtracting it from itself would not be a number.
                    logSum[o * inner + i] = float.IsInfinity(greatest) ? greatest : greatest + *(float*)&logarithm;
                }
            }
    }

    static void Gather(float* x, nint stride, int length, float* run)
    {
        for (nint l = 0; l < length; l++)
            run[l] = x[l * stride];
    }

    /// <summary>The greatest element, and the sum of exp(x - greatest), whose terms are kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (float Greatest, float Sum) Sum<TLanes>(float* x, int length, float* exponentials)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var greatest = Reducer.Dense<MaximumOperator, TLanes>(x, length);
        var shift = TLanes.Create(greatest);

        for (var l = 0; l < length; l += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, length - l);
            var exponential = ExpOperator.Invoke(TLanes.LoadPartial(x + l, count) - shift);
            TLanes.StorePartial(exponential, exponentials + l, count);
        }

        return (greatest, Reducer.Dense<AddOperator, TLanes>(exponentials, length));
    }
}
