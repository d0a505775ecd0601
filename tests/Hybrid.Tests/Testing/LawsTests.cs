using Hybrid.Testing;
using Microsoft.FSharp.Core;
using Xunit;
using static Hybrid.Core.TensorModule;

namespace Hybrid.Tests.Testing;

/// <summary>The laws under xUnit in C#: what a user's own tests look like.</summary>
public sealed class LawsTests
{
    [Fact]
    public void A_user_defined_activation_obeys_the_laws() => Laws.HoldActivation("rational", x => x / (1.0 + x * x));

    [Fact]
    public void A_user_defined_loss_obeys_the_laws() =>
        Laws.HoldLoss("half squared", (outputs, targets) => 0.5 * sum(1, (outputs - targets) * (outputs - targets)));

    [Fact]
    public void A_loss_of_classes_obeys_the_laws() =>
        Laws.HoldClassLoss("Brier", (scores, targets) => sum(1, (scores - targets) * (scores - targets)));

    [Fact]
    public void A_user_defined_layer_obeys_the_laws() =>
        Laws.HoldLayer("scale", 3, [constant([3], [1.0, 2.0, 3.0])], (parameters, x) => parameters[0] * x);

    [Fact]
    public void A_layer_of_the_library_obeys_the_laws() => Laws.HoldLayer(2, Activation.layer("gelu"));

    [Fact]
    public void A_wrong_derivative_is_refused_with_the_law_the_case_and_its_seed()
    {
        static Tensor Cube(Tensor x) => Gradient.custom(
            "Cube",
            FuncConvert.FromFunc<Tensor, Tensor>(x => x * x * x),
            FuncConvert.FromFunc<Tensor, Tensor, Tensor, Tensor>((x, _, g) => 2.0 * g * x * x),
            x);

        var message = Assert.ThrowsAny<Exception>(() => Laws.HoldActivation("cube", Cube)).Message;

        Assert.Contains("cube: reverse mode = central differences", message, StringComparison.Ordinal);
        Assert.Contains("Shrunk", message, StringComparison.Ordinal);
        Assert.Contains("Extents = [1; 1]", message, StringComparison.Ordinal);
        Assert.Matches(@"shrinks?\) \(\d+,\d+\)", message);
    }
}
