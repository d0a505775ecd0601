using static Hybrid.Tests.Onnx.Conformance.OperatorCases;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>Sums of products over named axes.</summary>
static class EinsumCases
{
    public static IEnumerable<OperatorCase> All =>
    [
        // layers of neurons
        Sum("bi,ij->bj", Given.Reals(4, 3), Given.Reals(3, 2)), Sum("bi, oi -> bo", Given.Reals(4, 3), Given.Reals(2, 3)),
        Sum("...i,ij->...j", Given.Reals(2, 4, 3), Given.Reals(3, 2)), Sum("abc,cd->abd", Given.Reals(2, 4, 3), Given.Reals(3, 2)),
        Sum("ij,jk", Given.Reals(4, 3), Given.Reals(3, 2)), Sum("ji,ij->i", Given.Reals(4, 3), Given.Reals(3, 4)),
        // many products
        Sum("bij,bjk->bik", Given.Reals(2, 4, 3), Given.Reals(2, 3, 5)), Sum("bhqd,bhkd->bhqk", Given.Reals(2, 2, 3, 4), Given.Reals(2, 2, 5, 4)),
        Sum("bi,oij,bj->bo", Given.Reals(4, 3), Given.Reals(2, 3, 5), Given.Reals(4, 5)),
        Sum("...ij,...jk->...ik", Given.Reals(2, 4, 3), Given.Reals(1, 3, 5)),
        // without a sum, or without a product
        Sum("i,j->ij", Given.Reals(3), Given.Reals(2)), Sum("ij,ij->ij", Given.Reals(2, 3), Given.Reals(2, 3)),
        Sum("ij,ij->", Given.Reals(2, 3), Given.Reals(2, 3)), Sum("ij->ji", Given.Reals(2, 3)), Sum("ij->j", Given.Reals(2, 3)),
        Sum("ba", Given.Reals(2, 3)), Sum("...ij->...", Given.Reals(2, 2, 3)),
        // diagonals
        Sum("ii->i", Given.Reals(3, 3)), Sum("ii", Given.Reals(3, 3)), Sum("bii->bi", Given.Reals(2, 3, 3)),
        Sum("ij,jk", Given.Reals(4, 3)) with { IsRefused = true },
        Sum("ij->k", Given.Reals(4, 3)) with { IsRefused = true },
        Sum("ijk->i", Given.Reals(4, 3)) with { IsRefused = true },
        Sum("ij,jk->ik", Given.Reals(4, 3), Given.Reals(2, 2)) with { IsRefused = true },
    ];

    static OperatorCase Sum(string equation, params Given?[] operands) => Of("Einsum", 12, operands).With(("equation", equation));
}
