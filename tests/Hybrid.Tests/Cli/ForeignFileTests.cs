using System.Globalization;
using System.Text.Json;
using Hybrid.Tests.Onnx;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>The command on foreign ONNX files.</summary>
public sealed class ForeignFileTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static string Path(string name) => new Fixture(name).Path;

    [Fact]
    public void A_file_of_four_columns_and_three_scores_predicts_measures_and_learns_iris()
    {
        var model = Path("torch-relu");
        Assert.Contains("2-layer network, 4 inputs, 8 neurons, 43 parameters", command.Succeed("describe", model).Output);
        Assert.Contains("prediction,0,1,2", command.Succeed("predict", model, Rows()).Output);
        Assert.Contains("prediction,setosa,versicolor,virginica", command.Succeed("predict", model, "iris").Output);
        var before = command.Succeed("evaluate", model, "iris", "--json").Json.GetProperty("accuracy").GetDouble();
        Assert.Contains("passed", command.Succeed("gradcheck", model, "iris").Output);

        var trained = command.Succeed(
            "train", "iris", "--from", model, "--output", "further.onnx", "--epochs", "100", "--learning-rate", "0.03", "--json").Json;
        Assert.Equal(43, trained.GetProperty("parameters").GetInt32());
        var after = command.Succeed("evaluate", "further.onnx", "iris", "--json").Json.GetProperty("accuracy").GetDouble();
        Assert.True(after > before && after > 0.9, $"{before} {after}");
        Assert.Contains("probabilities", command.Succeed("describe", "further.onnx").Output);

        // and on from there, with the file's own names
        Assert.Contains(
            "Parts:", command.Succeed("train", "iris", "--from", "further.onnx", "--freeze", "1", "--epochs", "2").Output);
    }

    [Fact]
    public void The_doctor_looks_at_a_file_from_elsewhere_by_the_names_of_the_data()
    {
        var diagnosis = command.Succeed("doctor", Path("torch-relu"), "iris", "--json").Json;
        Assert.Equal(150, diagnosis.GetProperty("examples").GetInt32());
        Assert.Equal("all", diagnosis.GetProperty("part").GetString());
        Assert.Equal(
            command.Succeed("evaluate", Path("torch-relu"), "iris", "--json").Json.GetProperty("loss").GetDouble(),
            diagnosis.GetProperty("train").GetProperty("loss").GetDouble());

        // how it was trained is not known
        Assert.All(
            diagnosis.GetProperty("layers").EnumerateArray(),
            layer => Assert.Equal(JsonValueKind.Null, layer.GetProperty("updateRatio").ValueKind));
        Assert.Contains("not known to be", command.Succeed("doctor", Path("torch-relu"), "iris").Output);
    }

    [Fact]
    public void One_sigmoid_for_two_classes_is_examined_measured_predicted_and_checked()
    {
        var model = Path("torch-binary");
        var data = command.Write(
            "two.csv", "a,b,c,d,kind\n5.1,3.5,1.4,0.2,0\n6.2,2.9,4.3,1.3,1\n6.5,2.1,4.6,1.1,1\n4.8,3.6,1.2,0.1,0\n");

        var layers = command.Succeed("doctor", model, data, "--json").Json.GetProperty("layers").EnumerateArray().ToArray();
        var output = layers[^1];
        Assert.Equal(("identity", 1), (output.GetProperty("kind").GetString(), output.GetProperty("units").GetInt32()));
        Assert.Contains("passed", command.Succeed("gradcheck", model, data).Output);

        // the file's number is the probability of the second class
        var rows = command.Succeed("predict", model, data).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(row => row.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.All(rows, row => Assert.Equal(1, row[1] + row[2], 1e-6));
        Assert.All(rows, row => Assert.Equal(row[2] > 0.5 ? 1 : 0, row[0]));

        var measured = command.Succeed("evaluate", model, data, "--json").Json;
        Assert.Equal(
            rows.Zip([0, 1, 1, 0], (row, target) => -Math.Log(row[1 + target])).Average(),
            measured.GetProperty("loss").GetDouble(), 1e-5);
    }

    string Rows() => command.Write("rows.csv", "a,b,c,d\n5.1,3.5,1.4,0.2\n6.2,2.9,4.3,1.3\n");

    [Fact]
    public void A_network_is_either_built_or_taken_from_a_file()
    {
        command.Fail(2, ["--hidden", "--from"], "train", "iris", "--from", Path("torch-relu"), "--hidden", "4");
        command.Fail(2, ["--freeze needs --from"], "train", "iris", "--freeze", "1");
        command.Fail(2, ["--freeze must be from 0 to 1"], "train", "iris", "--from", Path("torch-relu"), "--freeze", "2");
        command.Fail(1, ["takes 12 columns"], "train", "iris", "--from", Path("torch-flatten"));
        command.Fail(1, ["missing.onnx", "does not exist"], "train", "iris", "--from", "missing.onnx");
    }

    [Fact]
    public void A_conversion_gives_the_same_results()
    {
        foreach (var name in new[] { "torch-gelu", "scikit-classifier", "torch-binary" })
        {
            Assert.Contains("Wrote own.onnx", command.Succeed("convert", Path(name), "own.onnx").Output);
            Assert.Equal(
                command.Succeed("predict", Path(name), Rows()).Output, command.Succeed("predict", "own.onnx", Rows()).Output);
        }

        command.Fail(2, ["overwrite"], "convert", "own.onnx", "own.onnx");
        command.Fail(1, ["text.onnx", "is not an ONNX file"], "convert", command.Write("text.onnx", "a,b\n"), "out.onnx");
        Assert.DoesNotContain("out.onnx", command.Names);
    }
}
