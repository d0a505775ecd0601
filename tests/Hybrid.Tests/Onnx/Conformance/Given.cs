using Hybrid.Onnx.Wire;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>An operand of a case: its type, its shape, and its numbers, row-major.</summary>
/// <param name="Type">What a file stores it as.</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Draw">The numbers; random ones come from the generator that is given.</param>
sealed record Given(DataType Type, int[] Shape, Func<System.Random, double[]> Draw)
{
    /// <summary>What rounding, overflow, ties and signs differ at.</summary>
    static readonly double[] finite =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2, -2, 2.5, 3, -3, 7, -7, 1e-3, -1e-3, 1e-20, -1e-20, 1e-40, 20, -20, 88.5, -88.5,
        100, -104, 1e10, -1e10, 3e38f, -3e38f,
    ];

    static readonly double[] infinite = [double.PositiveInfinity, double.NegativeInfinity];

    /// <summary>Numbers that are not random, on one axis: zeros of both signs, ties, large and tiny ones,
    /// the infinities.</summary>
    public static Given Special => Reals([finite.Length + 2], [.. finite, .. infinite]);

    /// <summary>The same with NaN.</summary>
    public static Given SpecialAndNaN => Reals([finite.Length + 3], [.. finite, .. infinite, double.NaN]);

    /// <summary>The same without the infinities.</summary>
    public static Given Finite => Reals([finite.Length], finite);

    /// <summary>The same numbers, one a row.</summary>
    public Given AsColumn => this with { Shape = [.. Shape, 1] };

    /// <summary>Whether it is constant in every model of its case.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Whether a network can compute it: a float32, or a truth, which is one that was compared.</summary>
    public bool CanVary => !IsFixed && (Type is DataType.Float or DataType.Bool);

    public int Count => Shape.Aggregate(1, (product, extent) => product * extent);

    /// <summary>Random numbers from -3 to 3, of which a third are whole, so that there are ties and zeros.</summary>
    public static Given Reals(params int[] shape) =>
        Drawn(DataType.Float, shape, random => random.Next(3) == 0 ? random.Next(-2, 3) : random.NextDouble() * 6 - 3);

    public static Given Reals(int[] shape, double[] values) => new(DataType.Float, shape, _ => values);

    /// <summary>A number without an axis.</summary>
    public static Given Number(double value) => Reals([], [value]);

    /// <summary>Random numbers from 0.1 to 3.</summary>
    public static Given Positive(params int[] shape) =>
        Drawn(DataType.Float, shape, random => 0.1 + random.NextDouble() * 2.9);

    public static Given Truths(params int[] shape) => Drawn(DataType.Bool, shape, random => random.Next(2));

    /// <summary>Whole numbers of 64 bits on one axis: axes, extents and the like.</summary>
    public static Given Wholes(params long[] values) => Wholes([values.Length], values);

    public static Given Wholes(int[] shape, long[] values) => Of(DataType.Int64, shape, values);

    /// <summary>Whole numbers, or truths, of a type.</summary>
    public static Given Of(DataType type, int[] shape, long[] values) =>
        new(type, shape, _ => Array.ConvertAll(values, value => (double)value));

    static Given Drawn(DataType type, int[] shape, Func<System.Random, double> draw) =>
        new(type, shape, random => [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => draw(random))]);

    /// <summary>A constant of a file.</summary>
    public TensorProto Tensor(string name, double[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)Type };
        tensor.Dims.Add(Shape.Select(extent => (long)extent));
        if (Type == DataType.Float)
            tensor.FloatData.Add(values.Select(value => (float)value));
        else if (Type == DataType.Double)
            tensor.DoubleData.Add(values);
        else if (Type == DataType.Int64)
            tensor.Int64Data.Add(values.Select(value => value >= long.MaxValue ? long.MaxValue : (long)value));
        else
            tensor.Int32Data.Add(values.Select(value => (int)value));
        return tensor;
    }

    public override string ToString() =>
        $"{Type.ToString().ToLowerInvariant()}[{string.Join(", ", Shape)}]"
        + (CanVary ? "" : $" {string.Join(", ", Draw(new System.Random(0)))}");
}
