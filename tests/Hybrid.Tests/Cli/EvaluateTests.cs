using System.Text.Json;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class EvaluateTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    [Fact]
    public void Parts_are_split_again_as_in_training()
    {
        var trained = command.Succeed("train", "iris", "--epochs", "30", "--seed", "3", "--json").Json;

        foreach (var part in (string[])["train", "validation", "test"])
        {
            var result = command.Succeed("evaluate", "model.onnx", "iris", "--part", part, "--json").Json;
            Assert.All(
                ["examples", "loss", "accuracy"],
                name => Assert.Equal(Number(trained.GetProperty(part), name), Number(result, name), 1e-6));
        }
    }

    [Fact]
    public void R_squared_of_a_single_example_is_not_a_number()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Succeed("train", "houses.csv", "--epochs", "2");
        command.Write("one.csv", string.Join('\n', Tables.Houses().Split('\n')[..2]) + "\n");
        Assert.Contains("R² undefined for a single example", command.Succeed("evaluate", "model.onnx", "one.csv").Output);
        var measured = command.Succeed("evaluate", "model.onnx", "one.csv", "--json").Json;
        Assert.Equal(JsonValueKind.Null, measured.GetProperty("r2").ValueKind);
        Assert.True(Number(measured, "rmse") >= 0);
    }

    [Fact]
    public void Classes_are_measured_one_by_one()
    {
        command.Succeed("train", "iris", "--epochs", "30");
        var result = command.Succeed("evaluate", "model.onnx", "iris", "--json").Json;
        var confusion = result.GetProperty("confusion").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(cell => cell.GetInt32()).ToArray()).ToArray();

        Assert.Equal(150, confusion.Sum(row => row.Sum()));
        Assert.Equal(Number(result, "accuracy"), Enumerable.Range(0, 3).Sum(i => confusion[i][i]) / 150.0, 1e-12);

        var classes = result.GetProperty("classes").EnumerateArray().ToArray();
        Assert.Equal(["setosa", "versicolor", "virginica"], classes.Select(one => one.GetProperty("name").GetString()));
        Assert.All(classes, one => Assert.Equal(50, Number(one, "support")));
        Assert.All(["precision", "recall", "f1"], name => Assert.InRange(Number(classes[0], name), 0, 1));

        var text = command.Succeed("evaluate", "model.onnx", "iris").Output;
        Assert.Contains("150 of 150 examples", text);
        Assert.Contains("includes the 97 training examples", text);
        Assert.Contains("precision", text);
        Assert.DoesNotContain("\e", text);
        Assert.Contains("38 of 150 examples", command.Succeed("evaluate", "model.onnx", "iris", "--part", "test").Output);
    }

    [Fact]
    public void A_quantity_has_errors_in_its_unit_and_its_column_may_be_renamed()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Write("renamed.csv", Tables.Houses().Replace("price", "euros"));
        var trained = command.Succeed("train", "houses.csv", "--epochs", "40", "--json").Json.GetProperty("test");
        var test = command.Succeed("evaluate", "model.onnx", "houses.csv", "--part", "test", "--json").Json;
        Assert.All(["rmse", "mae", "r2"], name => Assert.Equal(1, Number(trained, name) / Number(test, name), 1e-5));

        command.Fail(1, ["«price»", "size, colour, rooms, euros", "--target"], "evaluate", "model.onnx", "renamed.csv");
        var renamed = command.Succeed("evaluate", "model.onnx", "renamed.csv", "--target", "euros");
        Assert.Contains("200 of 200 examples", renamed.Output);
        Assert.Contains("RMSE", renamed.Output);
    }

    [Fact]
    public void A_part_of_other_data_is_refused()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Write("fewer.csv", string.Join('\n', Tables.Houses().Split('\n')[..100]));
        command.Succeed("train", "houses.csv", "--epochs", "1", "--validation", "0");
        command.Fail(1, ["200 examples", "this data has 99"], "evaluate", "model.onnx", "fewer.csv", "--part", "test");

        var lines = Tables.Houses().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        command.Write("turned.csv", string.Join('\n', [lines[0], .. lines[1..].Reverse()]) + "\n");
        command.Fail(1, ["in a different order"], "evaluate", "model.onnx", "turned.csv", "--part", "test");
        command.Fail(1, ["without a validation part"], "evaluate", "model.onnx", "houses.csv", "--part", "validation");
    }

    [Fact]
    public void A_folder_is_measured_on_its_test_files()
    {
        static byte[] Images(int count) =>
        [
            0, 0, 8, 3, 0, 0, 0, (byte)count, 0, 0, 0, 2, 0, 0, 0, 2,
            .. Enumerable.Range(0, 4 * count).Select(i => (byte)(i / 4 % 2 * 200 + i % 7)),
        ];

        static byte[] Labels(int count) =>
            [0, 0, 8, 1, 0, 0, 0, (byte)count, .. Enumerable.Range(0, count).Select(i => (byte)(i % 2))];

        Directory.CreateDirectory(command.File("images"));
        foreach (var (part, count) in (IEnumerable<(string, int)>)[("train", 60), ("t10k", 20)])
        {
            File.WriteAllBytes(command.File($"images/{part}-images-idx3-ubyte"), Images(count));
            File.WriteAllBytes(command.File($"images/{part}-labels-idx1-ubyte"), Labels(count));
        }

        var trained = command.Succeed("train", "images", "--epochs", "3", "--json").Json;
        Assert.Equal(20, Number(trained.GetProperty("test"), "examples"));
        Assert.Equal(54, Number(trained.GetProperty("train"), "examples"));

        int Examples(params string[] options) =>
            (int)Number(command.Succeed(["evaluate", "model.onnx", "images", "--json", .. options]).Json, "examples");

        Assert.Equal(20, Examples());
        Assert.Equal(6, Examples("--part", "validation"));
        Assert.Equal(80, Examples("--part", "all"));
    }

    [Fact]
    public void Metrics_by_name_are_printed_and_usual_ones_by_default()
    {
        command.Succeed("train", "iris", "--epochs", "30");
        var usual = command.Succeed("evaluate", "model.onnx", "iris");
        Assert.Contains("Metrics: balanced-accuracy ", usual.Output);
        Assert.Contains("roc-auc", usual.Output);

        var asked = command.Succeed("evaluate", "model.onnx", "iris", "--metric", "ROC_AUC,f1-macro,top-2,top-3", "--json").Json.GetProperty("metrics");
        Assert.Equal(["roc-auc", "f1-macro", "top-2", "top-3"], asked.EnumerateObject().Select(one => one.Name));
        Assert.InRange(Number(asked, "roc-auc"), 0.9, 1);
        Assert.Equal(JsonValueKind.Null, asked.GetProperty("top-3").ValueKind);
        var text = command.Succeed("evaluate", "model.onnx", "iris", "--metric", "top-3").Output;
        Assert.Contains("top-3: no value, because there are only 3 classes", text);

        command.Fail(2, ["--metric", "«roc»", "roc-auc-ovo"], "evaluate", "model.onnx", "iris", "--metric", "roc");
    }

    [Fact]
    public void A_class_without_examples_leaves_rankings_without_a_value()
    {
        command.Succeed("train", "iris", "--epochs", "5");
        var model = Model.Load(command.File("model.onnx"));
        var few = TableData.Load("iris").Subset(Enumerable.Range(0, 80));
        var value = Assert.Single(model.Measure(few, "roc-auc"));
        Assert.Null(value.Value);
        Assert.Contains("«virginica»", value.Reason);
        Assert.Contains("no value", value.ToString());
        Assert.DoesNotContain(model.Measure(few), one => one.Name == "roc-auc");
        Assert.Contains(model.Measure(few), one => one.Name == "log-loss");
    }
}
