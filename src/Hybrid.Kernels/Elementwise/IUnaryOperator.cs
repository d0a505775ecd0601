namespace Hybrid.Kernels;

/// <summary>A map of one number, written once for every width.</summary>
/// <remarks>Polynomials in these operators are minimax fits computed for this library, with less error than float32 rounding
/// adds: the remainder of each series, (eʳ - 1 - r) / r² on |r| ≤ log 2 / 2 for exp, in the variable that the code names. The
/// tests compare every operator with its definition in float64.</remarks>
interface IUnaryOperator
{
    static abstract TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>A map of two numbers, written once for every width.</summary>
interface IBinaryOperator
{
    static abstract TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes>;
}
