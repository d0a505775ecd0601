using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Files for validation and tests, and data for a model: what does not fit, and what was learned from.</summary>
public sealed class OtherFilesTests : IDisposable
{
    const string Names = "patient,colour,x,y";
    readonly HybridCommand command = new();
    readonly string[] rows = [.. Enumerable.Range(0, 60).Select(i => $"P{i / 4},{"red green".Split(' ')[i % 2]},{i * 37 % 60}.5,{i * 17 % 60 + i}")];

    public OtherFilesTests() => command.Write("train.csv", Table(rows));

    public void Dispose() => command.Dispose();

    static string Table(IEnumerable<string> rows) => string.Join('\n', rows.Prepend(Names)) + "\n";

    static readonly string[] train = ["train", "train.csv", "--epochs", "2"];

    [Fact]
    public void Rows_and_groups_that_are_learned_from_too_are_counted()
    {
        command.Write("test.csv", Table([rows[0], rows[5], "P99,red,3.5,7", "P1,green,1.5,8"]));
        var output = command.Succeed([.. train, "--group", "patient", "--validation", "0", "--test", "test.csv"]).Output;
        Assert.Contains("2 of 4 (50.0 %) test examples are repeated in the training part", output);
        Assert.Contains("3 of 4 (75.0 %) test examples of test.csv are of groups («patient») that are learned from too, such as «P0»", output);
        Assert.Contains("Next: hybrid evaluate model.onnx test.csv", output);

        var notes = command.Succeed("tune", "train.csv", "--ignore", "patient", "--budget", "1-trials", "--epochs", "1", "--validation", "test.csv", "--json").Json
            .GetProperty("notes").EnumerateArray().Select(note => note.GetString()!).ToArray();
        Assert.Contains(notes, note => note.Contains("validation examples are repeated in the training part"));

        command.Write("bare.csv", "colour,x,y\nred,3.5,7\n");
        Assert.Contains(
            "cannot be said: bare.csv has no column «patient»",
            command.Succeed([.. train, "--group", "patient", "--test", "bare.csv"]).Output);
    }

    [Fact]
    public void Earlier_test_rows_are_counted()
    {
        command.Write("timed.csv", "day,x,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i * 7 % 60},{i * 17 % 60}.5\n")));
        command.Write("late.csv", "day,x,y\n100,3,4.5\n20,3,4.5\n");
        Assert.Contains(
            "1 of 2 (50.0 %) test examples of late.csv are earlier («day») than the latest one that is learned from",
            command.Succeed("train", "timed.csv", "--split", "time:day", "--epochs", "1", "--test", "late.csv", "--validation", "0").Output);
    }

    [Theory]
    [InlineData("skip", 2, "Of other.csv, 1 row does not fit and is left out")]
    [InlineData("missing", 3, "Of other.csv, 1 row has a value that does not fit and counts as missing")]
    public void Rows_that_do_not_fit_are_left_out_or_taken_as_missing(string policy, int examples, string note)
    {
        command.Write("other.csv", Table(["P1,red,1.5,3", "P2,purple,2.5,4", "P3,green,3.5,5"]));
        string[] asked = [.. train, "--ignore", "patient", "--test", "other.csv"];
        command.Fail(1, ["other.csv, line 3, column 2", "«purple» is not a category", "--on-error missing"], asked);
        Assert.Contains(note, command.Succeed([.. asked, "--on-error", policy]).Output);
        var trained = command.Succeed([.. asked, "--on-error", policy, "--json"]).Json;
        Assert.Equal(examples, trained.GetProperty("test").GetProperty("examples").GetInt32());
        Assert.Contains(trained.GetProperty("notes").EnumerateArray(), one => one.GetString()!.StartsWith(note, StringComparison.Ordinal));

        command.Fail(1, ["«purple» is not a category", "--on-error missing"], "evaluate", "model.onnx", "other.csv");
        var evaluated = command.Succeed("evaluate", "model.onnx", "other.csv", "--on-error", policy, "--json").Json;
        Assert.Equal(examples, evaluated.GetProperty("examples").GetInt32());
        Assert.Contains(note[14..], command.Succeed("evaluate", "model.onnx", "other.csv", "--on-error", policy).Output);
        var explained = command.Succeed("explain", "model.onnx", "other.csv", "--on-error", policy, "--row", "3", "--json").Json;
        Assert.Equal(3.5, explained.GetProperty("columns")[1].GetProperty("value").GetDouble());
        command.Succeed("gradcheck", "model.onnx", "other.csv", "--on-error", policy);
        command.Succeed("certify", "model.onnx", "other.csv", "--on-error", policy, "--radius", "0.01");
    }

    [Fact]
    public void An_unknown_class_is_skipped_or_no_target()
    {
        command.Write("kinds.csv", "x,kind\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i}.5,{"ab"[i / 20]}\n")));
        command.Write("others.csv", "x,kind\n1.5,a\n2.5,c\n30.5,b\n");
        command.Succeed("train", "kinds.csv", "--epochs", "2");
        command.Fail(1, ["«c» is not a class"], "evaluate", "model.onnx", "others.csv");
        Assert.Contains("1 row does not fit and is left out", command.Succeed("evaluate", "model.onnx", "others.csv", "--on-error", "skip").Output);
        Assert.Contains("1 row without a target is left out", command.Succeed("evaluate", "model.onnx", "others.csv", "--on-error", "missing").Output);
    }

    [Fact]
    public void Contradictions_about_a_column_are_refused()
    {
        void Refused(string says, params string[] options) => command.Fail(1, [says], ["train", "train.csv", "--epochs", "1", .. options]);
        Refused("«colour» cannot be read both as categories and as numbers", "--categorical", "colour", "--numeric", "colour");
        Refused("«colour» cannot be read as numbers and be learned as vectors", "--embed", "colour", "--numeric", "colour");
        Refused("«y» is not among those that are learned from", "--embed", "y");
        Refused("no column «nope» to learn as vectors", "--embed", "nope=3");
        Refused("--embed", "--embed", "nope=3");
    }

    [Fact]
    public void The_line_of_an_epoch_names_the_metric_that_decides()
    {
        var output = command.Succeed("train", "iris", "--stop-by", "roc-auc", "--epochs", "1", "--validation", "0.2").Output;
        Assert.Matches(@"epoch 1/1: .*, roc-auc 0\.[0-9]+", output);
        Assert.DoesNotContain("--stop-by", output);
        command.Fail(2, ["--interval must be a level above 0 and below 1, such as 0.9, not 2"], "predict", "model.onnx", "iris", "--interval", "2");
        command.Write("one.csv", "g,x,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"A,{i * 7 % 20}.5,{i * 3 % 11}.5\n")));
        command.Fail(1, ["1 group cannot be divided"], "train", "one.csv", "--group", "g");
    }

    [Fact]
    public void A_weight_that_is_no_number_is_named()
    {
        command.Write("weights.csv", "x,w,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{(i == 3 ? "heavy" : "1")},{i * 3 % 7}.5\n")));
        var error = command.Fail(1, ["line 5, column 2", "the weight in the column «w» is «heavy»"], "train", "weights.csv", "--weight", "w");
        Assert.DoesNotContain("empty", error.Errors);
    }
}
