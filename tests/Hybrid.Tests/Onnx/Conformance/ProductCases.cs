using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Matrix products.</summary>
static class ProductCases
{
    public static IEnumerable<OperatorCase> All =>
    [
        .. Matrices.In(1, 9, 13), .. Gemms.In(7, 9, 11, 13),
        Of("Gemm", 11, Given.Reals(2, 3), Given.Reals(3, 4)), Of("Gemm", 13, Given.Reals(2, 3), Given.Reals(3, 4), null),
    ];

    static OperatorCase[] Matrices =>
    [
        Of("MatMul", 0, Given.Reals(2, 3), Given.Reals(3, 4)), Of("MatMul", 0, Given.Reals(1, 1), Given.Reals(1, 1)),
        Of("MatMul", 0, Given.Reals(3), Given.Reals(3)), Of("MatMul", 0, Given.Reals(3), Given.Reals(3, 4)),
        Of("MatMul", 0, Given.Reals(2, 3), Given.Reals(3)), Of("MatMul", 0, Given.Reals(3), Given.Reals(2, 3, 4)),
        Of("MatMul", 0, Given.Reals(2, 4, 3), Given.Reals(3)), Of("MatMul", 0, Given.Reals(2, 4, 3), Given.Reals(3, 2)),
        Of("MatMul", 0, Given.Reals(4, 3), Given.Reals(2, 3, 2)), Of("MatMul", 0, Given.Reals(2, 4, 3), Given.Reals(2, 3, 5)),
        Of("MatMul", 0, Given.Reals(2, 1, 4, 3), Given.Reals(5, 3, 2)),
        Of("MatMul", 0, Given.Reals(1, 4, 3), Given.Reals(5, 3, 2)),
    ];

    static IEnumerable<OperatorCase> Gemms =>
    [
        Of("Gemm", 0, Given.Reals(2, 3), Given.Reals(3, 4), Given.Reals(4)),
        Of("Gemm", 0, Given.Reals(3, 2), Given.Reals(3, 4), Given.Reals(4)).With(("transA", 1L)),
        Of("Gemm", 0, Given.Reals(2, 3), Given.Reals(4, 3), Given.Reals(4)).With(("transB", 1L)),
        Of("Gemm", 0, Given.Reals(3, 2), Given.Reals(4, 3), Given.Reals(2, 4)).With(("transA", 1L), ("transB", 1L)),
        Of("Gemm", 0, Given.Reals(2, 3), Given.Reals(3, 4), Given.Reals(2, 4)).With(("alpha", 0.5f), ("beta", -2f)),
        Of("Gemm", 0, Given.Reals(2, 3), Given.Reals(4, 3), Given.Reals(1, 4)).With(("alpha", 2f), ("transB", 1L)),
        Of("Gemm", 0, Given.Reals(2, 3), Given.Reals(3, 4), Given.Reals(2, 1)).With(("beta", 0.5f)),
        Of("Gemm", 0, Given.Reals(2, 3), Given.Reals(3, 4), Given.Reals(1)).With(("alpha", 0f)),
        Of("Gemm", 0, Given.Reals(2, 3), Given.Reals(3, 4), Given.Reals()).With(("beta", 0f)),
    ];
}
