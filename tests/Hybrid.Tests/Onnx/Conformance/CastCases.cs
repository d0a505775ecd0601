using static Hybrid.Tests.Onnx.Conformance.OperatorCases;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>The same numbers as another type. Hybrid computes in float32 whatever the type of a real number is.</summary>
static class CastCases
{
    static readonly Given halves = Given.Reals([7], [0, -0.0, 1, -2.5, 0.25, 1024, double.PositiveInfinity]);

    static readonly Given reals = Given.Reals([8], [0, -0.0, 0.5, -0.5, 1.9, -1.9, 3, 100]);

    static readonly Given wholes = Given.Wholes(-7, -1, 0, 1, 9, 100);

    public static IEnumerable<OperatorCase> All => new[]
    {
        To(DataType.Float, Given.SpecialAndNaN), To(DataType.Float, Given.Reals(2, 3)), To(DataType.Double, Given.SpecialAndNaN),
        To(DataType.Float16, halves), To(DataType.Bool, Given.Special), To(DataType.Bool, Given.SpecialAndNaN),
        To(DataType.Float, Given.Truths(5)), To(DataType.Bool, Given.Truths(5)), To(DataType.Int64, Given.Truths(5)),
        To(DataType.Int32, Given.Truths(5)), To(DataType.Uint8, Given.Truths(5)),
        To(DataType.Int64, reals), To(DataType.Int32, reals), Constant(To(DataType.Int8, reals)),
        Constant(To(DataType.Int16, reals)), Constant(To(DataType.Float, wholes)), Constant(To(DataType.Bool, wholes)),
        Constant(To(DataType.Int64, wholes)), Constant(To(DataType.Int32, wholes)), Constant(To(DataType.Int8, wholes)),
        Constant(To(DataType.Float, Given.Of(DataType.Int32, [3], [-1, 0, 7]))),
        Constant(To(DataType.Uint8, Given.Wholes(0, 7, 255))), Constant(To(DataType.Uint32, Given.Wholes(0, 7, 255))),
        // numbers that the type does not hold
        Refused(DataType.Uint8, Given.Wholes(256)), Refused(DataType.Uint8, Given.Wholes(-1)),
        Refused(DataType.Int8, Given.Wholes(128)),
        Refused(DataType.Int32, Given.Wholes(1L << 31)), Refused(DataType.Int32, Given.Number(3e9)),
        Refused(DataType.Int64, Given.Number(double.NaN)), Refused(DataType.Int64, Given.Number(double.PositiveInfinity)),
        Refused(DataType.Int64, Given.Number(1e19)), Refused(DataType.Uint32, Given.Number(-1)),
        Refused(DataType.String, Given.Number(1)),
    }.In(9, 13).Concat(Like);

    static IEnumerable<OperatorCase> Like => new[]
    {
        Of("CastLike", 0, Given.Reals(2, 3), Given.Reals(1)), Of("CastLike", 0, Given.Truths(4), Given.Reals(2)),
        Constant(Of("CastLike", 0, wholes, Given.Reals(1))), Constant(Of("CastLike", 0, wholes, Given.Wholes(1))) with { IsCastBack = true },
        Of("CastLike", 0, Given.Reals(3), Given.Wholes(1)) with { IsRefused = true },
    }.In(15, 19);

    static OperatorCase Constant(OperatorCase test) => test with { OnlyConstant = true };

    static OperatorCase Refused(DataType type, Given x) => Constant(To(type, x)) with { IsRefused = true };

    static OperatorCase To(DataType type, Given x) => Of("Cast", 0, x).With(("to", (long)type)) with
    {
        IsCastBack = type is not (DataType.Float or DataType.Int64 or DataType.Int32 or DataType.Bool),
    };
}
