using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A product with windows of images, with a chain of its elements, ready to run: windows are read from the images, or added
/// up in them, where they are, a part of the images at a time.</summary>
abstract unsafe class PatchCall
{
    /// <summary>Multiply-adds that justify further threads.</summary>
    const long ParallelWork = 1 << 18;

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

    /// <summary>The call of a product's form.</summary>
    public static PatchCall Create<TLanes>(
        Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var target = operands[0].Values;
        var chainCall = chain.Instructions.Length == 0 ? null : new ChainCall<TLanes>(team, chain, operands, results);
        return product.Form switch
        {
            PatchForm.Convolve when NarrowConvolveCall<TLanes>.Fits(product) =>
                new NarrowConvolveCall<TLanes>(team, product, a, b, target, chainCall),
            PatchForm.Convolve => new ConvolveCall<TLanes>(team, product, a, b, target, chainCall),
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

    /// <summary>Room for numbers that the call keeps, aligned to a cache line.</summary>
    protected static float* Room(long count, out float[] owner)
    {
        const int Line = 16;
        owner = GC.AllocateUninitializedArray<float>(checked((int)(count + Line)), pinned: true);
        return (float*)(((nuint)Unsafe.AsPointer(ref owner[0]) + (Line * sizeof(float) - 1)) & ~(nuint)(Line * sizeof(float) - 1));
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
