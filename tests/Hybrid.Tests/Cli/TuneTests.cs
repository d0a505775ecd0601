using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid tune, with few trials of few epochs.</summary>
public sealed class TuneTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static readonly string[] few = ["tune", "moons", "--epochs", "6", "--budget", "5-trials"];

    [Fact]
    public void A_search_prints_its_space_and_trials_and_writes_network_trials_and_figure()
    {
        var output = command.Succeed([.. few, "--output", "tuned.onnx"]).Output;
        Assert.Contains("\"rate-factor\": { \"from\"", output);
        Assert.Contains("--budget 5-trials gives the same result", output);
        Assert.Contains("that no trial saw", output);
        command.Succeed("describe", "tuned.onnx");
        Assert.StartsWith("<svg", File.ReadAllText(command.File("tuned.trials.svg")));
        Assert.Contains("Goes on: ", command.Succeed([.. few, "--output", "tuned.onnx"]).Output);

        // another search, whose trials go to the same file unless one is named
        Assert.Contains("Replaced: tuned.trials.jsonl", command.Succeed([.. few, "--output", "tuned.onnx", "--seed", "2"]).Output);
        command.Fail(2, ["--trials is a file of trials of other options"], [.. few, "--trials", "tuned.trials.jsonl"]);
    }

    [Fact]
    public void An_option_that_is_given_is_not_searched_whatever_the_space()
    {
        command.Write("space.json", """{ "hidden": [[3], [4]], "activation": ["tanh", "gelu"], "optimizer": ["adam", "sgd"] }""");
        var json = command.Succeed([.. few, "--space", "space.json", "--hidden", "5", "--optimizer", "adam", "--json"]).Json;
        Assert.Equal(["activation"], json.GetProperty("space").EnumerateObject().Select(axis => axis.Name));
        Assert.All(
            json.GetProperty("trials").EnumerateArray(),
            trial => Assert.All(trial.GetProperty("options").EnumerateObject(), option => Assert.Equal("activation", option.Name)));
        command.Fail(
            2, ["--space has nothing left to search"],
            [.. few, "--space", "space.json", "--hidden", "5", "--activation", "relu", "--optimizer", "adam"]);

        // also in the usual space, and the default itself
        var usual = command.Succeed([.. few, "--optimizer", "adam", "--json"]).Json.GetProperty("space");
        Assert.DoesNotContain(usual.EnumerateObject(), axis => axis.Name == "optimizer");
    }

    [Fact]
    public void A_search_is_measured_by_folds_that_no_trial_saw()
    {
        var json = command.Succeed(
            [.. few, "--folds", "2", "--metric", "accuracy", "--output", "folds.onnx", "--out-of-fold", "held.csv", "--json"]).Json;
        Assert.Equal(5, json.GetProperty("trials").GetArrayLength());
        Assert.Equal("5-trials", json.GetProperty("budget").GetString());
        Assert.Equal(2, json.GetProperty("folds").GetProperty("folds").GetInt32());
        Assert.Equal(201, File.ReadAllLines(command.File("held.csv")).Length);
    }

    [Fact]
    public void A_search_of_several_targets_is_measured_by_folds()
    {
        command.Write("rows.csv", "a,price,rent\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i}.5,{2 * i}.25,{90 - i}.75\n")));
        var json = command.Succeed(
            "tune", "rows.csv", "--target", "price,rent", "--epochs", "4", "--budget", "2-trials", "--folds", "2", "--json").Json;
        Assert.Equal(2, json.GetProperty("folds").GetProperty("folds").GetInt32());
        Assert.Equal(0, json.GetProperty("cut").GetInt32());
    }

    [Fact]
    public void A_trial_that_takes_longer_than_the_time_is_cut()
    {
        var json = command.Succeed("tune", "digits", "--hidden", "400,400", "--epochs", "100000", "--budget", "2s", "--folds", "2", "--json").Json;
        Assert.True(json.GetProperty("cut").GetInt32() > 0);
        Assert.Equal(2, json.GetProperty("folds").GetProperty("folds").GetInt32());
        Assert.InRange(json.GetProperty("train").GetProperty("examples").GetInt32(), 1, 1797);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("0-trials")]
    [InlineData("1.5-trials")]
    [InlineData("-3s")]
    [InlineData("soon")]
    [InlineData("99999999999999999999s")]
    public void A_budget_that_is_none_is_refused(string budget) =>
        command.Fail(2, ["--budget must be a time above 0"], "tune", "moons", $"--budget={budget}");

    [Fact]
    public void A_space_that_cannot_be_searched_is_refused()
    {
        File.WriteAllText(command.File("empty.json"), "{}");
        command.Fail(2, ["--space is empty: it needs at least one of the axes hidden"], "tune", "moons", "--space", "empty.json");
        command.Fail(1, ["absent.json: it cannot be read"], "tune", "moons", "--space", "absent.json");
        command.Fail(2, ["--out-of-fold needs --folds"], "tune", "moons", "--out-of-fold", "held.csv");
    }
}
