using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class LectureTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static string?[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString())];

    [Fact]
    public void The_list_names_every_experiment_with_its_row()
    {
        var lines = command.Succeed("lecture", "list").Lines;
        Assert.Contains(lines, line => line.StartsWith("R4   neuron ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("R38  figures ", StringComparison.Ordinal));

        var rows = command.Succeed("lecture", "list", "--json").Json;
        var listed = rows.EnumerateObject().SelectMany(row => row.Value.EnumerateArray()).ToArray();
        Assert.Equal(lines.Length, listed.Length);
        Assert.Equal("neuron", rows.GetProperty("R4")[0].GetProperty("name").GetString());
        Assert.All(listed, one => Assert.All(
            ["name", "title", "claim", "source"], field => Assert.NotEqual("", one.GetProperty(field).GetString())));
    }

    [Fact]
    public void One_experiment_prints_its_measurements_and_its_verdict()
    {
        var text = command.Succeed("lecture", "network-sizes").Output;
        Assert.All(
            ["R21 network-sizes", "Claim:", "Source:", "Holds: parameters of 3-4-4-1: 41.", "parameters of 3-4-4-1", "41", "Verdict: holds; 1 seed,"],
            part => Assert.Contains(part, text));
        Assert.Contains("Verdict: text only; nothing random", command.Succeed("lecture", "brain").Output);
    }

    [Fact]
    public void Json_has_one_entry_per_row()
    {
        var result = command.Succeed("lecture", "network-sizes", "--json").Json;
        var row = Assert.Single(result.EnumerateObject());
        Assert.Equal("R21", row.Name);
        Assert.Equal("network-sizes", row.Value.GetProperty("name").GetString());
        Assert.Equal("holds", row.Value.GetProperty("verdict").GetString());
        Assert.Equal("", row.Value.GetProperty("reason").GetString());
        var condition = row.Value.GetProperty("conditions").EnumerateArray().Last();
        Assert.Equal("network-sizes", condition.GetProperty("experiment").GetString());
        Assert.Equal("parameters of 3-4-4-1: 41", condition.GetProperty("says").GetString());
        Assert.Equal(41, condition.GetProperty("measured").GetDouble());
        Assert.Equal("exactly 41", condition.GetProperty("limit").GetString());
        Assert.True(condition.GetProperty("holds").GetBoolean());
        Assert.Equal("printed on the slide", condition.GetProperty("because").GetString());
        Assert.Equal(41, row.Value.GetProperty("measured").GetProperty("parameters of 3-4-4-1").GetDouble());
        Assert.Equal(41, row.Value.GetProperty("published").GetProperty("parameters of 3-4-4-1").GetDouble());
        Assert.Equal(1, row.Value.GetProperty("seeds").GetInt32());
        Assert.True(row.Value.GetProperty("seconds").GetDouble() >= 0);
        Assert.NotEmpty(Texts(row.Value.GetProperty("notes")));
        Assert.Empty(Texts(row.Value.GetProperty("figures")));
    }

    [Theory]
    [InlineData("R7")]
    [InlineData("r7")]
    public void A_row_combines_all_its_experiments(string name)
    {
        var row = command.Succeed("lecture", name, "--quick", "--seeds", "1", "--json").Json.GetProperty("R7");
        Assert.Equal("hinge-neuron, chance-loss", row.GetProperty("name").GetString());
        Assert.Equal(9, row.GetProperty("measured").GetProperty("chance-loss: hinge loss of 10 classes, all scores 0").GetDouble());
        Assert.Equal(1, row.GetProperty("seeds").GetInt32());
    }

    [Fact]
    public void A_claim_that_holds_in_part_states_what_fails()
    {
        var row = command.Succeed("lecture", "bumps", "--json").Json.GetProperty("R25");
        Assert.Equal("holds in part", row.GetProperty("verdict").GetString());
        Assert.StartsWith("fails: ", row.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains(row.GetProperty("conditions").EnumerateArray(), condition => !condition.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public void Several_experiments_end_with_the_verdict_of_each_row()
    {
        var lines = command.Succeed("lecture", "R7", "--quick", "--seeds", "1").Lines;
        Assert.Equal(["R7   holds", "1 × holds."], lines[^2..]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        string Measured(string seed) =>
            command.Succeed("lecture", "zigzag", "--quick", "--seed", seed, "--json").Json.GetProperty("R10").GetProperty("measured").GetRawText();

        Assert.Equal(Measured("7"), Measured("7"));
        Assert.NotEqual(Measured("7"), Measured("8"));
    }

    [Fact]
    public void Fewer_runs_than_a_verdict_needs_give_too_few_runs()
    {
        var row = command.Succeed("lecture", "vanishing", "--seeds", "2", "--json").Json.GetProperty("R9");
        Assert.Equal("too few runs", row.GetProperty("verdict").GetString());
        Assert.Equal(2, row.GetProperty("seeds").GetInt32());
    }

    [Fact]
    public void Figures_are_written_as_svg()
    {
        var row = command.Succeed("lecture", "neuron-diagram", "--out", "new/pictures", "--json").Json.GetProperty("R2");
        var files = Texts(row.GetProperty("figures"));
        Assert.Equal(["neuron.svg", "neuron_model.svg"], files.Select(Path.GetFileName));
        Assert.All(files, file =>
        {
            var root = XDocument.Load(command.File(file!)).Root!;
            Assert.Equal("svg", root.Name.LocalName);
            Assert.Contains("prefers-color-scheme", root.Value);
        });

        Assert.Contains("Drew pictures/sigmoid.svg.", command.Succeed("lecture", "sigmoid", "--out", "pictures").Output);
    }

    [Fact]
    public void The_data_option_is_for_experiments_that_take_data()
    {
        command.Write("points.csv", "x,y,label\n1,2,0\n");
        command.Fail(2, ["--data does not apply to the experiment sigmoid"], "lecture", "sigmoid", "--data", "points.csv");
    }

    [Fact]
    public void A_request_that_cannot_be_run_or_written_is_refused()
    {
        command.Fail(2, ["«neurons»", "Did you mean neuron?"], "lecture", "neurons");
        command.Fail(2, ["«R99»", "lecture list"], "lecture", "R99");
        command.Fail(2, ["no experiment is named", "lecture list"], "lecture");
        command.Fail(2, ["--all", "«sigmoid»"], "lecture", "sigmoid", "--all");
        command.Fail(2, ["--seeds", "from 1 to 1000"], "lecture", "sigmoid", "--seeds", "0");
        command.Fail(2, ["--seeds"], "lecture", "sigmoid", "--seeds", "many");
        command.Fail(2, ["--seed"], "lecture", "sigmoid", "--seed", "-1");
        command.Fail(2, ["--fast"], "lecture", "sigmoid", "--fast");
        command.Write("file", "");
        command.Fail(1, ["--out file", "cannot be created"], "lecture", "sigmoid", "--out", "file");
        command.Fail(1, ["--out file/below", "cannot be created"], "lecture", "sigmoid", "--out", "file/below");
        Assert.Equal(["file"], command.Names);
    }
}
