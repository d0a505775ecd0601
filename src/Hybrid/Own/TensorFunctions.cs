using System.Runtime.CompilerServices;

namespace Hybrid;

/// <summary>Functions of tensors, beside their operators +, -, * and /, which stretch the smaller shape: what losses, activations and
/// layers of your own are written with. A tensor is a formula, whose shape is known when it is made, and its value later; derivatives
/// and the ONNX form follow from the formula. Shapes that do not fit are an error that names the function and both shapes.</summary>
public static class TensorFunctions
{
    /// <summary>eˣ of each element.</summary>
    public static Tensor Exp(this Tensor x) => TensorOperations.exp(Given(x));

    /// <summary>The natural logarithm of each element; NaN below 0.</summary>
    public static Tensor Log(this Tensor x) => TensorOperations.log(Given(x));

    /// <summary>The square root of each element; NaN below 0.</summary>
    public static Tensor Sqrt(this Tensor x) => TensorOperations.sqrt(Given(x));

    /// <summary>The sine of each element, in radians.</summary>
    public static Tensor Sin(this Tensor x) => TensorOperations.sin(Given(x));

    /// <summary>The cosine of each element, in radians.</summary>
    public static Tensor Cos(this Tensor x) => TensorOperations.cos(Given(x));

    /// <summary>The hyperbolic tangent of each element.</summary>
    public static Tensor Tanh(this Tensor x) => TensorOperations.tanh(Given(x));

    /// <summary>1 / (1 + e⁻ˣ) of each element.</summary>
    public static Tensor Sigmoid(this Tensor x) => TensorOperations.sigmoid(Given(x));

    /// <summary>log(1 + eˣ) of each element.</summary>
    public static Tensor Softplus(this Tensor x) => TensorOperations.softplus(Given(x));

    /// <summary>max(0, x) of each element.</summary>
    public static Tensor Relu(this Tensor x) => TensorOperations.relu(Given(x));

    /// <summary>The error function of each element.</summary>
    public static Tensor Erf(this Tensor x) => TensorOperations.erf(Given(x));

    /// <summary>|x| of each element.</summary>
    public static Tensor Abs(this Tensor x) => TensorOperations.abs(Given(x));

    /// <summary>x to a power, element by element, with 0⁰ = 1.</summary>
    /// <param name="x">The base.</param>
    /// <param name="exponent">The same for all elements.</param>
    public static Tensor Power(this Tensor x, double exponent) => TensorOperations.power(Given(x), TensorModule.scalar(exponent));

    /// <summary>The larger of two elements; the smaller shape stretches.</summary>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    public static Tensor Maximum(this Tensor a, Tensor b) => TensorOperations.maximum(Given(a), Given(b));

    /// <summary>The smaller of two elements; the smaller shape stretches.</summary>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    public static Tensor Minimum(this Tensor a, Tensor b) => TensorOperations.minimum(Given(a), Given(b));

    /// <summary>1 where a is above b, else 0.</summary>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    public static Tensor IsAbove(this Tensor a, Tensor b) => TensorOperations.greater(Given(a), Given(b));

    /// <summary>a where a condition is 1, b where it is 0.</summary>
    /// <param name="condition">1 or 0 for each element.</param>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    public static Tensor Select(this Tensor condition, Tensor a, Tensor b) =>
        TensorOperations.select(Given(condition), Given(a), Given(b));

    /// <summary>The sums along an axis, which is then gone.</summary>
    /// <param name="x">The terms.</param>
    /// <param name="axis">From 0: of [examples; outputs], 1 is that of the outputs.</param>
    public static Tensor Sum(this Tensor x, int axis) => TensorModule.sum(axis, Given(x));

    /// <summary>The means along an axis, which is then gone.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="axis">As for <see cref="Sum"/>.</param>
    public static Tensor Mean(this Tensor x, int axis) => TensorOperations.mean(axis, Given(x));

    /// <summary>The maxima along an axis, which is then gone.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="axis">As for <see cref="Sum"/>.</param>
    public static Tensor Max(this Tensor x, int axis) => TensorOperations.max(axis, Given(x));

    /// <summary>log Σ eˣ along an axis, which is then gone.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="axis">As for <see cref="Sum"/>.</param>
    public static Tensor LogSumExp(this Tensor x, int axis) => TensorOperations.logSumExp(axis, Given(x));

    /// <summary>eˣ / Σ eˣ along an axis.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="axis">As for <see cref="Sum"/>.</param>
    public static Tensor Softmax(this Tensor x, int axis) => TensorOperations.softmax(axis, Given(x));

    /// <summary>The matrix product [m; k] · [k; n].</summary>
    /// <param name="a">[m; k].</param>
    /// <param name="b">[k; n].</param>
    public static Tensor MatMul(this Tensor a, Tensor b) => TensorModule.matmul(Given(a), Given(b));

    /// <summary>A matrix with rows and columns exchanged.</summary>
    public static Tensor Transpose(this Tensor x) => TensorModule.transpose(Given(x));

    /// <summary>The same elements in a different shape.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="shape">With the same product.</param>
    public static Tensor Reshape(this Tensor x, params ReadOnlySpan<int> shape) =>
        TensorModule.reshape(ListModule.OfSeq(shape.ToArray()), Given(x));

    /// <summary>A part of an axis.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="axis">As for <see cref="Sum"/>.</param>
    /// <param name="start">The first index.</param>
    /// <param name="count">How many.</param>
    public static Tensor Slice(this Tensor x, int axis, int start, int count) => TensorOperations.slice(axis, start, count, Given(x));

    /// <summary>Tensors joined along an axis.</summary>
    /// <param name="axis">As for <see cref="Sum"/>.</param>
    /// <param name="parts">Alike in every other axis.</param>
    public static Tensor Concat(int axis, params IReadOnlyList<Tensor> parts) =>
        TensorOperations.concat(axis, ListModule.OfSeq(parts ?? throw new ArgumentNullException(nameof(parts))));

    /// <summary>Numbers as a tensor, row by row.</summary>
    /// <param name="values">As many as the shape has elements.</param>
    /// <param name="shape">Such as [2; 3]; of a list of numbers its length.</param>
    public static Tensor Constant(ReadOnlySpan<double> values, params ReadOnlySpan<int> shape) =>
        TensorModule.constant(ListModule.OfSeq(shape.IsEmpty ? [values.Length] : shape.ToArray()), values.ToArray());

    static Tensor Given(Tensor x, [CallerArgumentExpression(nameof(x))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(x, name);
        return x;
    }
}
