using Xunit;

namespace Hybrid.Tests;

/// <summary>Ranges of outputs over a box.</summary>
public sealed class RobustnessTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_box_in_which_many_inputs_vary_is_not_halved_unless_asked(bool isInt8)
    {
        // halves of it would not be smaller in what matters, and take hours with numbers that are rounded
        var data = TableData.Load("digits");
        var model = Trainer.Train(data, new() { Hidden = [16], Epochs = 1, Threads = 1 }).Model;

        if (isInt8)
            model = model.ToInt8(data).Model;

        var whole = Robustness.Bounds(model, ["digits"], new() { Boxes = 1 });
        Assert.Equal(whole, Robustness.Bounds(model, ["digits"]));

        // of few inputs it is
        var few = string.Join(", ", data.Value.Columns.Select((column, i) => $"{column.Name} in [8, {(i < 2 ? 9 : 8)}]"));
        var once = Robustness.Bounds(model, [few], new() { Boxes = 1 });
        var halved = Robustness.Bounds(model, [few], new() { Boxes = 64 });
        Assert.All(once.Zip(halved), pair => Assert.True(pair.Second.Proved.Upper <= pair.First.Proved.Upper));
        Assert.Contains(once.Zip(halved), pair => pair.Second.Proved.Upper < pair.First.Proved.Upper);
    }
}
