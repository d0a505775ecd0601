using System.Globalization;
using System.Text.Json;
using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Microsoft.FSharp.Collections;
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
        // scores or quantities: the file does not say
        Assert.Contains("not stated; 3 quantities or scores", command.Succeed("describe", model).Output);
        Assert.StartsWith("y1,y2,y3\n", command.Succeed("predict", model, Rows()).Output);
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
    public void Several_quantities_are_predicted_measured_and_explained()
    {
        // as many numbers as classes might have
        var rows = Enumerable.Range(0, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i % 3}.5,{i % 5},2.5,{i}.25,{i % 4}.75,-{i}.5"));
        command.Write("rows.csv", "a,b,c,d,price,rent,gain\n" + string.Join('\n', rows) + "\n");
        var model = Path("torch-relu");

        Assert.StartsWith("y1,y2,y3\n", command.Succeed("predict", model, "rows.csv").Output);
        var measured = command.Succeed("evaluate", model, "rows.csv", "--target", "price,rent,gain").Output;
        Assert.Contains("regression of", measured);
        Assert.Contains("means of 3 targets", measured);
        Assert.Contains("rises if a column", command.Succeed("explain", model, "rows.csv", "--target", "price,rent,gain").Output);
        Assert.Contains("rent is", command.Succeed("explain", model, "rows.csv", "--target", "price,rent,gain", "--row", "2", "--class", "rent").Output);
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

    /// <summary>Rows of small numbers, and targets that count up to the number of classes; of one class, quantities.</summary>
    string Data(int columns, int classes, string prefix = "c") => command.Write(
        "data.csv",
        string.Join(',', Enumerable.Range(0, columns).Select(column => $"{prefix}{column}")) + ",y\n" + string.Concat(
            Enumerable.Range(0, 40).Select(row => string.Concat(
                Enumerable.Range(0, columns).Select(column => $"{(row * 7 + column * 3) % 11 - 5},"))
                + (classes > 1 ? $"{row % classes}\n" : $"{row + 0.5}\n"))));

    [Theory]
    [InlineData("binary-sigmoid", 3, 2)]
    [InlineData("column-inputs", 4, 3)]
    [InlineData("einsum", 3, 2)]
    [InlineData("equal-scores", 3, 2)]
    [InlineData("grad-pow0", 3, 2)]
    [InlineData("grad-sqrt-relu", 3, 2)]
    [InlineData("hardswish14", 3, 2)]
    [InlineData("mlnet-vec", 3, 1)]
    [InlineData("neg-dim", 4, 3)]
    [InlineData("reshape-batch1", 12, 3)]
    [InlineData("rl-state-passthrough", 4, 2)]
    [InlineData("scikit-columns", 3, 1)]
    [InlineData("sklearn-mlp-zipmap", 3, 2)]
    [InlineData("split13", 3, 2)]
    [InlineData("unknown-features", 4, 2)]
    public void A_file_in_the_form_of_another_program_goes_through_every_command(string name, int columns, int classes)
    {
        var (model, data) = (ForeignFilesTests.File(name), Data(columns, classes));
        // warnings are on stderr
        Answer Done(params string[] words)
        {
            var answer = command.Run(words);
            Assert.Equal(0, answer.Code);
            return answer;
        }

        Assert.Contains("parameters", Done("describe", model).Output);
        Assert.Equal(41, Done("predict", model, data).Output.Count(c => c == '\n'));
        var measured = Done("evaluate", model, data, "--json").Json;
        Assert.Equal(40, measured.GetProperty("examples").GetInt32());
        Assert.Contains("Result: passed", Done("gradcheck", model, data).Output);
        Done("doctor", model, data);
        Done("train", data, "--from", model, "--epochs", "2", "--output", "further.onnx");
        Done("evaluate", "further.onnx", data);
    }

    [Fact]
    public void Inputs_and_outputs_that_are_not_used_are_said()
    {
        const string unused = "The file that it comes from also has the input «state_ins» and output «state_outs», which it is used without.";
        var (model, data) = (ForeignFilesTests.File("rl-state-passthrough"), Data(4, 2));
        Assert.Contains(unused, command.Run("describe", model).Errors);
        Assert.Contains(unused, command.Run("predict", model, data).Errors);
        Assert.Contains(unused, command.Run("train", data, "--from", model, "--epochs", "1").Errors);
        Assert.Empty(command.Run("describe", ForeignFilesTests.File("sklearn-mlp-zipmap")).Errors);
    }

    [Fact]
    public void A_result_that_is_not_finite_has_no_name_where_the_file_gives_none()
    {
        var answer = command.Fail(
            1, ["output 1 is Infinity for example 1"], "predict", ForeignFilesTests.File("split13"),
            command.Write("large.csv", "a,b,c\n3.4e38,-3.4e38,3.4e38\n"));
        Assert.DoesNotContain("x4", answer.Errors);
    }

    [Fact]
    public void Columns_without_names_are_taken_by_position_whatever_the_table_calls_its_own()
    {
        var model = ForeignFilesTests.File("split13");
        string Predicted(string header, string last) => command.Succeed(
            "predict", model, command.Write("positions.csv", header + "\n" + string.Concat(
                Enumerable.Range(1, 4).Select(i => $"{i},{i + 0.5:F1},{-i}{last}\n")))).Output;
        var expected = Predicted("x0,x1,x2", "");
        Assert.Equal(expected, Predicted("x0,x1,x2,x3", ",99"));
        Assert.Equal(expected, Predicted("x1,x2,x3", ""));
    }

    [Fact]
    public void The_class_names_of_a_file_are_those_of_its_predictions_and_of_its_training()
    {
        var model = ForeignFilesTests.File("scikit-names");
        Assert.StartsWith("prediction,setosa,versicolor,virginica\n", command.Succeed("predict", model, Rows()).Output);
        command.Succeed("train", "iris", "--from", model, "--epochs", "40", "--learning-rate", "0.02", "--output", "iris.onnx");
        var before = command.Succeed("evaluate", model, "iris", "--json").Json.GetProperty("accuracy").GetDouble();
        var after = command.Succeed("evaluate", "iris.onnx", "iris", "--json").Json.GetProperty("accuracy").GetDouble();
        Assert.True(after > before && after > 0.85, $"{before} {after}");
    }

    [Fact]
    public void A_result_that_depends_on_the_batch_is_warned_of_and_not_trained_further()
    {
        var (model, data) = (ForeignFilesTests.File("bn-trainmode"), Data(3, 2));
        string[][] all = [["describe", model], ["predict", model, data], ["evaluate", model, data], ["gradcheck", model, data],
            ["doctor", model, data]];
        foreach (var words in all)
        {
            var answer = command.Run(words);
            Assert.Equal(0, answer.Code);
            Assert.Contains("warning: What it returns for an example depends on the other", answer.Errors);
        }

        var refused = command.Run("train", data, "--from", model);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--from must be a model whose result", refused.Errors);
    }

    [Fact]
    public void Layers_of_integers_are_run_but_not_trained()
    {
        var (model, data) = (ForeignFilesTests.File("quantized-static"), Data(3, 2));
        string[][] all = [["describe", model], ["predict", model, data], ["evaluate", model, data], ["gradcheck", model, data]];
        foreach (var words in all)
            command.Succeed(words);

        command.Fail(1, ["Examine the model that it was converted from"], "doctor", model, data);
        command.Fail(2, ["--from has weights of 8 bits"], "train", data, "--from", model);
    }

    [Fact]
    public void Several_quantities_are_predicted_and_their_targets_are_not_called_classes()
    {
        var model = ForeignFilesTests.File("scikit-quantities");
        var data = Data(3, 1);
        Assert.Contains("not stated; 2 quantities or scores", command.Succeed("describe", model).Output);
        Assert.StartsWith("y1,y2\n", command.Succeed("predict", model, data).Output);
        foreach (var words in new[] { new[] { "evaluate", model, data }, ["gradcheck", model, data], ["doctor", model, data] })
            command.Fail(1, ["the target «y» is a quantity, but the model returns 2 numbers"], words);
    }

    [Fact]
    public void A_table_is_matched_by_position_whatever_its_columns_are_called()
    {
        var model = ForeignFilesTests.File("neg-dim");
        var named = command.Succeed("predict", model, Data(4, 3)).Output;
        Assert.Equal(named, command.Succeed("predict", model, Data(4, 3, "x")).Output);
        Assert.Equal(named, command.Succeed("predict", model, Data(4, 3, "feature")).Output);
    }

    [Fact]
    public void A_file_with_names_for_its_columns_finds_them_in_any_order()
    {
        var model = ForeignFilesTests.File("column-inputs");
        var ordered = command.Write("ordered.csv", "a,b_,c,d,y\n1,2,3,4,0\n5,6,7,9,1\n2,2,1,1,2\n");
        var reordered = command.Write("reordered.csv", "d,c,b_,a,y\n4,3,2,1,0\n9,7,6,5,1\n1,1,2,2,2\n");
        Assert.Equal(command.Succeed("predict", model, ordered).Output, command.Succeed("predict", model, reordered).Output);
        Assert.Equal(
            command.Succeed("evaluate", model, ordered, "--json").Json.GetProperty("loss").GetDouble(),
            command.Succeed("evaluate", model, reordered, "--json").Json.GetProperty("loss").GetDouble());
        command.Fail(1, ["«c», «d» are missing"], "evaluate", model, command.Write("other.csv", "a,b_,e,f,y\n1,2,3,4,0\n1,2,3,4,1\n"));
    }

    [Fact]
    public void More_than_20_integer_classes_are_classes_of_a_file_with_as_many_outputs()
    {
        var weights = Fixture.Draw(26 * 2);
        var graph = new OnnxGraph(
            "letters", Samples.List(Samples.Port("x", 2)), Samples.List(Samples.Port("y", 26)),
            Samples.List(Samples.Floats("w", [2, 26], weights)), Samples.List(Samples.Node("MatMul", ["x", "w"], "y")));
        var model = command.File("letters.onnx");
        OnnxFile.Write(model, new OnnxModel(graph, 17, "", Samples.List<Tuple<string, string>>()));

        var data = Data(2, 26);
        Assert.Equal(26, command.Succeed("evaluate", model, data, "--json").Json.GetProperty("confusion").GetArrayLength());
        Assert.Contains("passed", command.Succeed("gradcheck", model, data).Output);
        Assert.Contains("26 classes", command.Succeed("train", data, "--from", model, "--epochs", "1").Output);
        command.Fail(1, ["has 40 classes", "26 numbers"], "evaluate", model, Data(2, 40));
    }

    string Rows() => command.Write("rows.csv", "a,b,c,d\n5.1,3.5,1.4,0.2\n6.2,2.9,4.3,1.3\n");

    [Fact]
    public void Rows_of_a_large_image_are_predicted_from_a_table()
    {
        const int channels = 3, side = 224, width = channels * side * side;
        var graph = new OnnxGraph(
            "means",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List(
                OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(channels), OnnxDimension.NewFixed(side), OnnxDimension.NewFixed(side)))),
            Samples.List(Samples.Port("y", channels)), FSharpList<OnnxTensor>.Empty,
            Samples.List(Samples.Node("GlobalAveragePool", ["x"], "m"), Samples.Node("Flatten", ["m"], "y")));
        OnnxFile.Write(command.File("means.onnx"), new OnnxModel(graph, 17, "", Samples.List<Tuple<string, string>>()));
        string Joined(Func<int, string> cell) => string.Join(',', Enumerable.Range(0, width).Select(cell));
        command.Write("wide.csv", $"{Joined(i => $"p{i}")},y\n{Joined(i => $"{i / (side * side)}")},2\n{Joined(_ => "0.5")},0\n");

        Assert.Equal(["y1,y2,y3", "0,1,2", "0.5,0.5,0.5"], command.Succeed("predict", "means.onnx", "wide.csv").Lines);
        // in less than the patience of these tests
        Assert.Equal(1, command.Succeed("evaluate", "means.onnx", "wide.csv", "--json").Json.GetProperty("accuracy").GetDouble());
        command.Fail(
            1, ["found 300000 fields; a table may have at most 263168 columns"],
            "predict", "means.onnx", command.Write("wider.csv", new string(',', 299_999) + "\n"));
    }

    [Fact]
    public void A_network_that_cannot_be_written_again_is_refused_before_it_is_trained()
    {
        // neurons on the last axis, with the axis of examples in the middle
        var swapped = ("perm", OnnxAttribute.NewIntegerList(Samples.List(1L, 0L, 2L)));
        var graph = new OnnxGraph(
            "times-first",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List(
                OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(4), OnnxDimension.NewFixed(1)))),
            Samples.List(Samples.Port("y", 3)),
            Samples.List(Samples.Floats("v", [1, 2], Fixture.Draw(2)), Samples.Floats("w", [8, 3], Fixture.Draw(24))),
            Samples.List(
                Samples.Node("Transpose", ["x"], "t", swapped), Samples.Node("MatMul", ["t", "v"], "n"), Samples.Node("Relu", ["n"], "r"),
                Samples.Node("Transpose", ["r"], "s", swapped), Samples.Node("Flatten", ["s"], "f"), Samples.Node("MatMul", ["f", "w"], "y")));
        OnnxFile.Write(command.File("swapped.onnx"), new OnnxModel(graph, 17, "", Samples.List<Tuple<string, string>>()));

        command.Succeed("evaluate", "swapped.onnx", "iris");
        foreach (var more in (string[][])[[], ["--folds", "3"]])
        {
            var answer = command.Fail(
                1, ["swapped.onnx: it can be used, but not trained further, because it could not be written again. Node "],
                ["train", "iris", "--from", "swapped.onnx", "--output", "further.onnx", .. more]);
            Assert.DoesNotContain("Network:", answer.Output);
        }

        Assert.DoesNotContain("further.onnx", command.Names);
    }

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
            // a warning tells of outputs that are not used
            Assert.Contains("Wrote own.onnx", command.Run("convert", Path(name), "own.onnx").Output);
            var given = command.Run("predict", Path(name), Rows());
            Assert.Equal(0, given.Code);
            Assert.Equal(given.Output, command.Run("predict", "own.onnx", Rows()).Output);
        }

        command.Fail(2, ["overwrite"], "convert", "own.onnx", "own.onnx");
        command.Fail(1, ["text.onnx", "is not an ONNX file"], "convert", command.Write("text.onnx", "a,b\n"), "out.onnx");
        Assert.DoesNotContain("out.onnx", command.Names);
    }
}
