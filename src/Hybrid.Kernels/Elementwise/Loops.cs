using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The loops of all element-wise operators, and the choice for an operation. A loop takes three operands (of
/// which it uses as many as it needs), the result's place, the number of rows and the number of elements per
/// row.</summary>
/// <remarks>The last few elements go through the same instructions as all others, so a result depends neither
/// on its position nor on the number of elements.</remarks>
static unsafe class Loops<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The loop of a map; the operand is dense or one number.</summary>
    public static delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> Of(Unary operation, bool scalar) =>
        scalar ? Of<Scalar>(operation) : Of<Dense>(operation);

    /// <summary>The loop of an operation on two operands, each dense or one number.</summary>
    public static delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> Of(Binary operation, bool scalarA, bool scalarB) =>
        (scalarA, scalarB) switch
        {
            (false, false) => Of<Dense, Dense>(operation),
            (false, true) => Of<Dense, Scalar>(operation),
            (true, false) => Of<Scalar, Dense>(operation),
            _ => Of<Scalar, Scalar>(operation),
        };

    static delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> Of<TX>(Unary operation) where TX : struct, IAccess =>
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
            Unary.Round => &Map<RoundOperator, TX>,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

    static delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> Of<TA, TB>(Binary operation)
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
    static void Map<TOperator, TX>(Rows* operand, Rows* unused, Rows* unused2, Rows* result, int rows, int columns)
        where TOperator : struct, IUnaryOperator
        where TX : struct, IAccess
    {
        float* x = operand->Start, y = result->Start;

        for (; rows > 0; rows--, x += operand->Stride, y += result->Stride)
        {
            nint i = 0;

            for (; i <= columns - TLanes.Count; i += TLanes.Count)
                TLanes.Store(TOperator.Invoke(TX.Load<TLanes>(x, i)), y + i);

            var rest = columns - (int)i;

            if (rest > 0)
                TLanes.StorePartial(TOperator.Invoke(TX.LoadPartial<TLanes>(x, i, rest)), y + i, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Zip<TOperator, TA, TB>(Rows* left, Rows* right, Rows* unused, Rows* result, int rows, int columns)
        where TOperator : struct, IBinaryOperator
        where TA : struct, IAccess
        where TB : struct, IAccess
    {
        float* a = left->Start, b = right->Start, y = result->Start;

        for (; rows > 0; rows--, a += left->Stride, b += right->Stride, y += result->Stride)
        {
            nint i = 0;

            for (; i <= columns - TLanes.Count; i += TLanes.Count)
                TLanes.Store(TOperator.Invoke(TA.Load<TLanes>(a, i), TB.Load<TLanes>(b, i)), y + i);

            var rest = columns - (int)i;

            if (rest > 0)
                TLanes.StorePartial(
                    TOperator.Invoke(TA.LoadPartial<TLanes>(a, i, rest), TB.LoadPartial<TLanes>(b, i, rest)), y + i, rest);
        }
    }

    /// <summary>a where the condition is not 0, else b; all dense.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(Rows* condition, Rows* first, Rows* second, Rows* result, int rows, int columns)
    {
        float* test = condition->Start, a = first->Start, b = second->Start, y = result->Start;

        for (; rows > 0; rows--, test += condition->Stride, a += first->Stride, b += second->Stride, y += result->Stride)
            for (var i = 0; i < columns; i += TLanes.Count)
            {
                var count = Math.Min(TLanes.Count, columns - i);
                var isZero = TLanes.Equal(TLanes.LoadPartial(test + i, count), default);
                TLanes x = TLanes.LoadPartial(a + i, count), other = TLanes.LoadPartial(b + i, count);
                TLanes.StorePartial(TLanes.Select(isZero, other, x), y + i, count);
            }
    }

    /// <summary>x, unchanged.</summary>
    public static void Copy(Rows* x, Rows* unused, Rows* unused2, Rows* y, int rows, int columns)
    {
        for (nint row = 0; row < rows; row++)
            Unsafe.CopyBlockUnaligned(
                y->Start + row * y->Stride, x->Start + row * x->Stride, (uint)columns * sizeof(float));
    }
}
