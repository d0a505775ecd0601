namespace Hybrid.Kernels;

/// <summary>The kernels at one width: checks the operands, holds them in place, and picks the loop.</summary>
sealed unsafe class VectorEngine<TLanes>(string name, int threads) : IKernels, IDisposable
    where TLanes : unmanaged, ILanes<TLanes>
{
    readonly Team team = new(threads);

    public string Name => name;

    public void Dispose() => team.Dispose();

    public override string ToString() => $"{name}, {team.Threads} threads";

    public void Unary(Unary operation, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.Same(y.Length, x.Length, nameof(x));

        fixed (float* from = x, to = y)
        {
            switch (operation)
            {
                case Core.Unary.Negate: Map<NegateOperator>(from, to, y.Length); break;
                case Core.Unary.Exp: Map<ExpOperator>(from, to, y.Length); break;
                case Core.Unary.Log: Map<LogOperator>(from, to, y.Length); break;
                case Core.Unary.Sqrt: Map<SqrtOperator>(from, to, y.Length); break;
                case Core.Unary.Sin: Map<SinOperator>(from, to, y.Length); break;
                case Core.Unary.Cos: Map<CosOperator>(from, to, y.Length); break;
                case Core.Unary.Tanh: Map<TanhOperator>(from, to, y.Length); break;
                case Core.Unary.Sigmoid: Map<SigmoidOperator>(from, to, y.Length); break;
                case Core.Unary.Softplus: Map<SoftplusOperator>(from, to, y.Length); break;
                case Core.Unary.Erf: Map<ErfOperator>(from, to, y.Length); break;
                case Core.Unary.Abs: Map<AbsOperator>(from, to, y.Length); break;
                case Core.Unary.Sign: Map<SignOperator>(from, to, y.Length); break;
                case Core.Unary.Step: Map<StepOperator>(from, to, y.Length); break;
                case Core.Unary.Relu: Map<ReluOperator>(from, to, y.Length); break;
                case Core.Unary.IsNaN: Map<IsNaNOperator>(from, to, y.Length); break;
                default: throw new ArgumentOutOfRangeException(nameof(operation), operation, null);
            }
        }
    }

    public void Binary(Binary operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Check.Divides(a.Length, y.Length, nameof(a));
        Check.Divides(b.Length, y.Length, nameof(b));

        if (y.IsEmpty)
            return;

        fixed (float* startA = a, startB = b, to = y)
        {
            var (left, right, length) = (new Cyclic(startA, a.Length), new Cyclic(startB, b.Length), y.Length);

            switch (operation)
            {
                case Core.Binary.Add: Zip<AddOperator>(left, right, to, length); break;
                case Core.Binary.Subtract: Zip<SubtractOperator>(left, right, to, length); break;
                case Core.Binary.Multiply: Zip<MultiplyOperator>(left, right, to, length); break;
                case Core.Binary.Divide: Zip<DivideOperator>(left, right, to, length); break;
                case Core.Binary.Maximum: Zip<MaximumOperator>(left, right, to, length); break;
                case Core.Binary.Minimum: Zip<MinimumOperator>(left, right, to, length); break;
                case Core.Binary.Power: Zip<PowerOperator>(left, right, to, length); break;
                case Core.Binary.Greater: Zip<GreaterOperator>(left, right, to, length); break;
                case Core.Binary.Equal: Zip<EqualOperator>(left, right, to, length); break;
                default: throw new ArgumentOutOfRangeException(nameof(operation), operation, null);
            }
        }
    }

    public void Select(ReadOnlySpan<float> condition, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Check.Divides(condition.Length, y.Length, nameof(condition));
        Check.Divides(a.Length, y.Length, nameof(a));
        Check.Divides(b.Length, y.Length, nameof(b));

        if (y.IsEmpty)
            return;

        fixed (float* test = condition, startA = a, startB = b, to = y)
            Elementwise.Select<TLanes>(
                team, new(test, condition.Length), new(startA, a.Length), new(startB, b.Length), to, y.Length);
    }

    public void Reduce(Reduction reduction, int outer, int length, int inner, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.Same(Check.Count(outer, length, inner), x.Length, nameof(x));
        Check.Same(Check.Count(outer, inner), y.Length, nameof(y));

        if (y.IsEmpty)
            return;

        if (length == 0)
        {
            if (reduction != Reduction.Sum)
                throw new ArgumentException($"There is no {reduction} of no elements.", nameof(length));

            y.Clear();
            return;
        }

        fixed (float* from = x, to = y)
        {
            switch (reduction)
            {
                case Reduction.Sum: Reducer.Run<AddOperator, TLanes>(team, outer, length, inner, from, to); break;
                case Reduction.Max: Reducer.Run<MaximumOperator, TLanes>(team, outer, length, inner, from, to); break;
                case Reduction.ArgMax: Greatest.Run<TLanes>(team, outer, length, inner, from, to); break;
                case Reduction.LogSumExp: Exponentials.Run<TLanes>(team, outer, length, inner, from, null, to); break;
                default: throw new ArgumentOutOfRangeException(nameof(reduction), reduction, null);
            }
        }
    }

    public void Softmax(int outer, int length, int inner, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.Same(Check.Count(outer, length, inner), x.Length, nameof(x));
        Check.Same(x.Length, y.Length, nameof(y));

        if (!y.IsEmpty)
            fixed (float* from = x, to = y)
                Exponentials.Run<TLanes>(team, outer, length, inner, from, to, null);
    }

    public void MatMul(
        bool transposeA, bool transposeB, int m, int k, int n, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Check.Same(Check.Count(m, k), a.Length, nameof(a));
        Check.Same(Check.Count(k, n), b.Length, nameof(b));
        Check.Same(Check.Count(m, n), y.Length, nameof(y));

        if (k == 0)
            y.Clear();
        else if (!y.IsEmpty)
            fixed (float* startA = a, startB = b, to = y)
                Gemm.Run<TLanes>(team, Product.Create(transposeA, transposeB, m, k, n, startA, startB, to));
    }

    public void Read(Strided view, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.View(view, y.Length, x.Length);

        fixed (float* from = x, to = y)
            StridedCopy.Read(view, from, to);
    }

    public void Write(Strided view, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.View(view, x.Length, y.Length);

        fixed (float* from = x, to = y)
            StridedCopy.Write(view, from, to);
    }

    void Map<TOperator>(float* x, float* y, int length) where TOperator : struct, IUnaryOperator =>
        Elementwise.Map<TOperator, TLanes>(team, x, y, length);

    void Zip<TOperator>(Cyclic a, Cyclic b, float* y, int length) where TOperator : struct, IBinaryOperator =>
        Elementwise.Zip<TOperator, TLanes>(team, a, b, y, length);
}
