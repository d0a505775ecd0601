using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A product with windows of images, with a chain of its elements, ready to run: windows are read from the images, or added
/// up in them, where they are, a part of the images at a time.</summary>
abstract unsafe class PatchCall
{
    /// <summary>Multiply-adds that justify further threads.</summary>
    const long ParallelWork = 1 << 18;

    /// <summary>The number of windows of a part whose sums stay in the caches.</summary>
    const int CachedWindows = 256;

    readonly Team team;
    readonly Pins pins = new();

    protected PatchCall(Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, ArraySegment<float> target)
    {
        this.team = team;
        Product = product;
        A = pins.Pin(a);
        B = pins.Pin(b);
        Target = pins.Pin(target);
        IsParallel = product.MultiplyAdds >= 2 * ParallelWork && team.Threads > 1;
    }

    protected PatchProduct Product { get; }
    protected Patches Patches => Product.Patches;
    protected float* A { get; }
    protected float* B { get; }
    protected float* Target { get; }
    protected bool IsParallel { get; }
    protected int Threads => team.Threads;

    /// <summary>The number of windows of a part: of a few images, so many that each thread has one.</summary>
    protected int PartWindows => IsParallel ? Math.Clamp(Patches.Count / Threads, 1, CachedWindows) : CachedWindows;

    /// <summary>The call of a product's form.</summary>
    public static PatchCall Create<TLanes>(
        Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, bool isFixed,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, MaximaOf[] pooling)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var target = operands[0].Values;

        if (product.Form == PatchForm.Convolve)
        {
            var isNarrow = product.Integers.IsValueNone && NarrowConvolveCall<TLanes>.Fits(product);
            var rest = new AfterConvolution<TLanes>(team, product, chain, operands, results, pooling, canEnd: !isNarrow);

            if (product.Integers.IsValueSome)
                return new IntegerConvolveCall<TLanes>(team, product, product.Integers.Value, a, b, target, rest);

            return isNarrow
                ? new NarrowConvolveCall<TLanes>(team, product, a, b, target, rest)
                : new ConvolveCall<TLanes>(team, product, a, b, isFixed, target, rest);
        }

        var chainCall = chain.Instructions.Length == 0 ? null : new ChainCall<TLanes>(team, chain, operands, results);
        return product.Form switch
        {
            PatchForm.Weights => new WeightsCall<TLanes>(team, product, a, b, target, chainCall),
            PatchForm.Images => new ImagesCall<TLanes>(team, product, a, b, target, chainCall),
            _ => throw new ArgumentOutOfRangeException(nameof(product), product.Form, null),
        };
    }

    public abstract void Run();

    /// <summary>Runs all parts, on several threads if the work justifies them.</summary>
    protected void RunParts(delegate*<void*, int, void> run, void* context, int parts)
    {
        if (IsParallel)
            team.Run(run, context, parts);
        else
            for (var part = 0; part < parts; part++)
                run(context, part);
    }

    /// <summary>Places that are a distance apart.</summary>
    protected static nint[] Apart(int count, nint distance)
    {
        var places = GC.AllocateUninitializedArray<nint>(Math.Max(1, count), pinned: true);

        for (var i = 0; i < count; i++)
            places[i] = i * distance;

        return places;
    }

    protected static nint* Start(nint[] places) => (nint*)Unsafe.AsPointer(ref places[0]);
}
