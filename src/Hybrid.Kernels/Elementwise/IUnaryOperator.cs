namespace Hybrid.Kernels;

/// <summary>A map of one number, written once for every width.</summary>
interface IUnaryOperator
{
    static abstract TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>A map of two numbers, written once for every width.</summary>
interface IBinaryOperator
{
    static abstract TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes>;
}
