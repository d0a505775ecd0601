using System.Text.Json;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class DoctorTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    static string?[] Kinds(JsonElement result) =>
        [.. result.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("kind").GetString())];

    [Fact]
    public void A_healthy_network_has_no_findings()
    {
        command.Succeed("train", "iris", "--epochs", "60");
        var text = command.Succeed("doctor", "model.onnx", "iris").Output;
        Assert.All(
            ["97 of 150 examples: the training examples", "1 relu", "2 relu", "3 identity (output)", "on the test part", "No findings."],
            part => Assert.Contains(part, text));
        Assert.DoesNotContain("\e", text);

        var result = command.Succeed("doctor", "model.onnx", "iris", "--json").Json;
        Assert.Empty(Kinds(result));
        Assert.Equal((97, 150), (Number(result, "examples"), Number(result, "available")));
        Assert.Equal(("train", "test"), (result.GetProperty("part").GetString(), result.GetProperty("heldOutPart").GetString()));
        Assert.Equal(97, Number(result.GetProperty("train"), "examples"));
        Assert.Equal(38, Number(result.GetProperty("heldOut"), "examples"));

        var layers = result.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal([1, 2, 3], layers.Select(layer => Number(layer, "layer")));
        Assert.Equal(["relu", "relu", "identity"], layers.Select(layer => layer.GetProperty("kind").GetString()));
        Assert.Equal([32, 16, 3], layers.Select(layer => Number(layer, "units")));
        Assert.All(layers, layer => Assert.InRange(Number(layer, "dead"), 0, Number(layer, "noGradient")));
        Assert.All(layers, layer => Assert.Equal(JsonValueKind.Null, layer.GetProperty("saturated").ValueKind));
        Assert.All(layers, layer => Assert.InRange(Number(layer, "updateRatio"), 1e-4, 0.03));
        Assert.All(layers, layer => Assert.True(Number(layer, "gradientNorm") > 0));
    }

    [Fact]
    public void A_network_of_dead_units_has_a_finding_and_one_of_leaky_units_has_none()
    {
        string[] words = ["train", "digits", "--hidden", "64,64", "--epochs", "5", "--learning-rate", "0.03"];
        command.Succeed(words);
        var result = command.Succeed("doctor", "model.onnx", "digits", "--json").Json;
        Assert.Contains("dead-units", Kinds(result));
        Assert.Contains("large-updates", Kinds(result));

        var finding = result.GetProperty("findings")[0];
        Assert.Equal("dead-units", finding.GetProperty("kind").GetString());
        Assert.Equal(0.1, Number(finding, "threshold"));
        var layer = result.GetProperty("layers")[(int)Number(finding, "layer") - 1];
        Assert.Equal(Number(layer, "dead") / 64, Number(finding, "value"));

        var text = command.Succeed("doctor", "model.onnx", "digits").Output;
        Assert.All(
            ["dead-units, layer", "are 0 on every example", "the limit is 0.1", "The lecture: ", "it was 0.03, and 0.001 is usual for adam",
                "Use --learning-rate 0.001 (", "--activation leaky-relu (its units do not die)", "--maxout 2"],
            part => Assert.Contains(part, text));

        command.Succeed([.. words, "--activation", "leaky-relu"]);
        result = command.Succeed("doctor", "model.onnx", "digits", "--json").Json;
        Assert.All(result.GetProperty("layers").EnumerateArray(), one => Assert.Equal(0, Number(one, "noGradient")));
        Assert.DoesNotContain("dead-units", Kinds(result));
    }

    [Fact]
    public void A_deep_sigmoid_network_has_a_vanishing_gradient()
    {
        command.Succeed("train", "iris", "--activation", "sigmoid", "--hidden", "16,16,16,16,16,16", "--epochs", "2");
        var kinds = Kinds(command.Succeed("doctor", "model.onnx", "iris", "--json").Json);
        Assert.Contains("sigmoid", kinds);
        Assert.Contains("vanishing-gradient", kinds);
    }

    [Fact]
    public void Other_data_are_used_whole_and_their_scale_is_checked()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Write("others.csv", "size,colour,rooms,price\n" + string.Join(
            '\n', Enumerable.Range(1, 40).Select(i => $"{i * 1000},red,3,{1_000_000 * i}")) + "\n");
        command.Write("renamed.csv", Tables.Houses().Replace("price", "euros"));
        command.Succeed("train", "houses.csv", "--epochs", "60", "--hidden", "16", "--activation", "tanh");

        Assert.Empty(Kinds(command.Succeed("doctor", "model.onnx", "houses.csv", "--json").Json));
        Assert.Empty(Kinds(command.Succeed("doctor", "model.onnx", "renamed.csv", "--target", "euros", "--json").Json));

        var result = command.Succeed("doctor", "model.onnx", "others.csv", "--json").Json;
        Assert.Contains("unscaled-inputs", Kinds(result));
        Assert.Equal((40, "all"), (Number(result, "examples"), result.GetProperty("part").GetString()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("heldOut").ValueKind);
        Assert.Contains("not known to be the training examples", command.Succeed("doctor", "model.onnx", "others.csv").Output);
    }

    [Fact]
    public void A_network_without_hidden_layers_or_of_maxout_has_its_table()
    {
        command.Succeed("train", "iris", "--hidden", "0", "--epochs", "5");
        Assert.Contains("1 identity (output)", command.Succeed("doctor", "model.onnx", "iris").Output);
        command.Succeed("train", "iris", "--maxout", "3", "--hidden", "6", "--epochs", "5");
        Assert.Matches("1 maxout .* pieces", command.Succeed("doctor", "model.onnx", "iris").Output);
    }

    [Fact]
    public void Bad_arguments_and_files_are_errors()
    {
        command.Succeed("train", "iris", "--epochs", "1");
        command.Write("words.csv", "a,b\n1,2\n");
        command.Fail(2, ["doctor needs DATA", "doctor --help"], "doctor", "model.onnx");
        command.Fail(2, ["no option --part", "doctor --help"], "doctor", "model.onnx", "iris", "--part", "test");
        command.Fail(1, ["none.onnx"], "doctor", "none.onnx", "iris");
        command.Fail(1, ["none.csv"], "doctor", "model.onnx", "none.csv");
        command.Fail(1, ["words.csv"], "doctor", "model.onnx", "words.csv");
        Assert.Contains("doctor <MODEL> <DATA>", command.Succeed("--help").Output);
        Assert.Contains("hybrid doctor <MODEL> <DATA>", command.Succeed("doctor", "--help").Output);
    }
}
