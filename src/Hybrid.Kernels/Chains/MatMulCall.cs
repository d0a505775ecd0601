using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A matrix product with a chain of its elements, ready to run: the chain runs on each part of the product as
/// soon as it is complete, while it is in the cache.</summary>
sealed unsafe class MatMulCall<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    readonly Team team;
    readonly Pins pins = new();
    readonly Product product;
    readonly AlignedRoom? panels;
    readonly ArraySegment<float> target;
    readonly ChainCall<TLanes>? chain;

    // short rows do not justify separate calls
    readonly bool follows;

    public MatMulCall(
        Team team, bool transposeA, bool transposeB, int m, int k, int n, ArraySegment<float> a, ArraySegment<float> b, bool isFixed,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results)
    {
        this.team = team;
        target = operands[0].Values;
        product = Product.Create(transposeA, transposeB, m, k, n, pins.Pin(a), pins.Pin(b), pins.Pin(target));

        // the product of one column is turned: b is its A
        if (isFixed && n > 1)
            product = Gemm.WithPanels<TLanes>(product, b, out panels);

        if (chain.Instructions.Length == 0)
            return;

        follows = product.Depth == 0 || product.Columns < ChainCall<TLanes>.LeastRow || target.Count <= ChainCall<TLanes>.BlockLength;
        this.chain = new ChainCall<TLanes>(team, chain, operands, results, follows ? 0 : product.Columns);
    }

    public void Run()
    {
        if (product.Depth == 0)
            target.AsSpan().Clear();
        else if (chain is null || follows)
            Gemm.Run<TLanes>(team, product, default);
        else
        {
            var self = chain;
            Gemm.Run<TLanes>(team, product, new Epilogue(&RunRectangle, Unsafe.AsPointer(ref self)));
        }

        if (follows)
            chain!.Run();

        GC.KeepAlive(panels);
        GC.KeepAlive(this);
    }

    static void RunRectangle(void* context, int row, int rowEnd, int column, int columnEnd) =>
        Unsafe.AsRef<ChainCall<TLanes>>(context).RunRectangle(row, rowEnd, column, columnEnd);
}
