using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The loops under all element-wise operators, and which one is an operation's. A loop takes three operands (of
/// which it uses as many as it needs), where the result goes, and how many elements there are.</summary>
/// <remarks>The last few elements go through the same instructions as all others, so that a result depends neither
/// on its position nor on how many there are.</remarks>
static unsafe class Loops<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The loop of a map; the operand is dense or one number.</summary>
    public static delegate*<float*, float*, float*, float*, int, void> Of(Unary operation, bool scalar) =>
        scalar ? Of<Scalar>(operation) : Of<Dense>(operation);

    /// <summary>The loop of an operation on two operands, each dense or one number.</summary>
    public static delegate*<float*, float*, float*, float*, int, void> Of(Binary operation, bool scalarA, bool scalarB) =>
        (scalarA, scalarB) switch
        {
            (false, false) => Of<Dense, Dense>(operation),
            (false, true) => Of<Dense, Scalar>(operation),
            (true, false) => Of<Scalar, Dense>(operation),
            _ => Of<Scalar, Scalar>(operation),
        };

    static delegate*<float*, float*, float*, float*, int, void> Of<TX>(Unary operation) where TX : struct, IAccess =>
        operation switch
        {
            Unary.Negate => &Map<NegateOperator, TX>,
            Unary.Exp => &Map<ExpOperator, TX>,
            Unary.Log => &Map<LogOperator, TX>,
            Unary.Sqrt => &Map<SqrtOperator, TX>,
            Unary.Sin => &Map<SinOperator, TX>,
            Unary.Cos => &Map<CosOperator, TX>,
            Unary.Tanh => &Map<TanhOperator, TX>,
            Unary.Sigmoid => &Map<SigmoidOperator, TX>,
            Unary.Softplus => &Map<SoftplusOperator, TX>,
            Unary.Erf => &Map<ErfOperator, TX>,
            Unary.Abs => &Map<AbsOperator, TX>,
            Unary.Sign => &Map<SignOperator, TX>,
            Unary.Step => &Map<StepOperator, TX>,
            Unary.Relu => &Map<ReluOperator, TX>,
            Unary.IsNaN => &Map<IsNaNOperator, TX>,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

    static delegate*<float*, float*, float*, float*, int, void> Of<TA, TB>(Binary operation)
        where TA : struct, IAccess
        where TB : struct, IAccess => operation switch
        {
            Binary.Add => &Zip<AddOperator, TA, TB>,
            Binary.Subtract => &Zip<SubtractOperator, TA, TB>,
            Binary.Multiply => &Zip<MultiplyOperator, TA, TB>,
            Binary.Divide => &Zip<DivideOperator, TA, TB>,
            Binary.Maximum => &Zip<MaximumOperator, TA, TB>,
            Binary.Minimum => &Zip<MinimumOperator, TA, TB>,
            Binary.Power => &Zip<PowerOperator, TA, TB>,
            Binary.Greater => &Zip<GreaterOperator, TA, TB>,
            Binary.Equal => &Zip<EqualOperator, TA, TB>,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Map<TOperator, TX>(float* x, float* unused, float* unused2, float* y, int length)
        where TOperator : struct, IUnaryOperator
        where TX : struct, IAccess
    {
        nint i = 0;

        for (; i <= length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TOperator.Invoke(TX.Load<TLanes>(x, i)), y + i);

        if (i < length)
            TLanes.StorePartial(
                TOperator.Invoke(TX.LoadPartial<TLanes>(x, i, length - (int)i)), y + i, length - (int)i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Zip<TOperator, TA, TB>(float* a, float* b, float* unused, float* y, int length)
        where TOperator : struct, IBinaryOperator
        where TA : struct, IAccess
        where TB : struct, IAccess
    {
        nint i = 0;

        for (; i <= length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TOperator.Invoke(TA.Load<TLanes>(a, i), TB.Load<TLanes>(b, i)), y + i);

        var rest = length - (int)i;

        if (rest > 0)
            TLanes.StorePartial(
                TOperator.Invoke(TA.LoadPartial<TLanes>(a, i, rest), TB.LoadPartial<TLanes>(b, i, rest)), y + i, rest);
    }

    /// <summary>a where the condition is not 0, else b; all dense.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(float* condition, float* a, float* b, float* y, int length)
    {
        for (var i = 0; i < length; i += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, length - i);
            var isZero = TLanes.Equal(TLanes.LoadPartial(condition + i, count), default);
            TLanes x = TLanes.LoadPartial(a + i, count), other = TLanes.LoadPartial(b + i, count);
            TLanes.StorePartial(TLanes.Select(isZero, other, x), y + i, count);
        }
    }

    /// <summary>x, as it stands.</summary>
    public static void Copy(float* x, float* unused, float* unused2, float* y, int length) =>
        Unsafe.CopyBlockUnaligned(y, x, (uint)length * sizeof(float));
}
