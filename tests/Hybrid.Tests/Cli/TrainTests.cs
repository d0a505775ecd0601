using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class TrainTests : IDisposable
{
    static readonly string[] Parts = ["train", "validation", "test"];
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    static int Line(string text, string part) => text.Split('\n').ToList().FindIndex(line => line.Contains(part));

    [Fact]
    public void The_text_states_the_plan_and_the_result()
    {
        var text = command.Succeed("train", "iris", "--epochs", "40").Output;
        Assert.Contains("iris, 150 examples, 4 columns", text);
        Assert.Contains("classification of «species» into 3 classes (setosa, versicolor, virginica)", text);
        Assert.DoesNotContain("inferred", text);
        Assert.Contains("Network: 4-32-16-3", text);
        Assert.Contains("Optimizer: adam", text);
        Assert.Contains("held out", text);
        Assert.Contains("Wrote model.onnx. Next: hybrid evaluate model.onnx iris --part test", text);
        Assert.True(Line(text, "Network") < Line(text, "epoch 1/40"));
        Assert.InRange(text.Split('\n').Count(line => line.Contains("epoch ")), 2, 13);
        Assert.DoesNotContain("\e", text);
        Assert.Equal(["model.onnx"], command.Names);
    }

    [Fact]
    public void Digits_are_learned_without_any_option()
    {
        var result = command.Succeed("train", "digits", "--json").Json;
        Assert.True(Number(result.GetProperty("test"), "accuracy") >= 0.95);
    }

    [Fact]
    public void Json_has_every_result_and_is_all_of_stdout()
    {
        var result = command.Succeed("train", "iris", "--epochs", "3", "--hidden", "8", "--json").Json;
        Assert.Equal("classification", result.GetProperty("task").GetString());
        Assert.Equal(4 * 8 + 8 + 8 * 3 + 3, Number(result, "parameters"));
        Assert.Equal(3, Number(result, "epochs"));
        Assert.Equal("model.onnx", result.GetProperty("model").GetString());
        Assert.Equal(Number(result, "seconds") / 3, Number(result, "secondsPerEpoch"), 1e-9);
        Assert.All(Parts, part => Assert.InRange(Number(result.GetProperty(part), "accuracy"), 0, 1));
        Assert.Equal(150, Parts.Sum(part => Number(result.GetProperty(part), "examples")));
    }

    [Fact]
    public void Parts_with_a_share_of_0_are_null()
    {
        var result = command.Succeed("train", "xor", "--epochs", "2", "--validation", "0", "--test", "0", "--json").Json;
        Assert.Equal(JsonValueKind.Null, result.GetProperty("validation").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("test").ValueKind);
        Assert.Equal(200, Number(result.GetProperty("train"), "examples"));
    }

    [Fact]
    public void A_quantity_is_inferred_and_measured_in_its_own_unit()
    {
        command.Write("houses.csv", Tables.Houses());
        var text = command.Succeed("train", "houses.csv", "--epochs", "80", "--history", "h.csv").Output;
        Assert.Contains("regression of «price»; inferred", text);
        Assert.Contains("Network: 5-32-16-1", text);

        // 200 prices of about 50,000 standard deviation: an error in units of it would be below 1
        var epochs = File.ReadAllLines(command.File("h.csv"));
        Assert.Equal("epoch,training_loss,validation_loss,validation_rmse,learning_rate,seconds", epochs[0]);
        Assert.InRange(double.Parse(epochs[^1].Split(',')[3], CultureInfo.InvariantCulture), 100, 30_000);

        var result = command.Succeed("train", "houses.csv", "--epochs", "80", "--json").Json;
        Assert.Equal("regression", result.GetProperty("task").GetString());
        Assert.InRange(Number(result.GetProperty("test"), "r2"), 0.9, 1);
        Assert.InRange(Number(result.GetProperty("test"), "rmse"), 100, 30_000);
        Assert.InRange(Number(result.GetProperty("test"), "mae"), 100, 30_000);
    }

    [Fact]
    public void Columns_can_be_named_ignored_and_numbered()
    {
        command.Write("houses.csv", Tables.Houses());
        var text = command.Succeed(
            "train", "houses.csv", "--target", "colour", "--ignore", "rooms", "--ignore", "size", "--epochs", "1").Output;
        Assert.Contains("1 column", text);
        Assert.Contains("«colour» into 3 classes (blue, green, red)", text);

        command.Write("points.tsv", Tables.Points().Replace(",", "\t").Replace("big\t", "big,"));
        text = command.Succeed("train", "points.tsv", "--no-header", "--target", "1", "--epochs", "1").Output;
        Assert.Contains("2 columns", text);
    }

    [Fact]
    public void What_was_decided_about_a_table_is_said_and_predictions_follow_it()
    {
        var rows = Enumerable.Range(0, 60).Select(i => $"{i},N{i},{(i == 0 ? "NULL" : i % 7)},\"{i % 5 + 1},250\",{(i % 9 == 4 ? "" : i % 2)}");
        command.Write("t.csv", "id,name,rooms,price,sold\n" + string.Join('\n', rows) + "\n");
        var trained = command.Succeed("train", "t.csv", "--epochs", "2").Output;
        Assert.Contains("- Left out «id»: a row number. Use --numeric id (to keep it).", trained);
        Assert.Contains("- Left out «name»: every row has its own text, like «N0». Use --categorical name (to keep it).", trained);
        Assert.Contains("- «price»: numbers with commas between thousands, like «1,250».", trained);
        Assert.Contains("- 7 rows without a target are left out.", trained);
        Assert.Contains("53 examples", trained);

        Assert.Equal(61, command.Succeed("predict", "model.onnx", "t.csv").Lines.Length);
        Assert.Contains("- 7 rows without a target are left out.", command.Succeed("evaluate", "model.onnx", "t.csv", "--part", "test").Output);

        var kept = command.Succeed("train", "t.csv", "--epochs", "1", "--numeric", "id", "--json").Json;
        Assert.Contains(kept.GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains("«name»"));
    }

    [Fact]
    public void Large_numbers_with_small_differences_are_predicted_in_full()
    {
        var rows = Enumerable.Range(0, 60).Select(i => $"{1_700_000_000 + 10 * i},{1_000_000_000_000 + 100 * i}");
        command.Write("t.csv", "time,y\n" + string.Join('\n', rows) + "\n");
        command.Succeed("train", "t.csv", "--epochs", "300");
        var predictions = command.Succeed("predict", "model.onnx", "t.csv").Lines.Skip(1).Select(line => double.Parse(line, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.True(predictions.Distinct().Count() > 50);
        Assert.All(predictions, value => Assert.InRange(value, 1e12 - 1000, 1e12 + 7000));
    }

    [Theory]
    [InlineData("--hidden", "0", "--loss", "hinge")]
    [InlineData("--hidden", "none", "--l2", "0.01", "--l1", "0.001", "--optimizer", "sgd", "--schedule", "step")]
    [InlineData("--hidden", "8,8", "--activation", "tanh,gelu", "--dropout", "0.2", "--input-noise", "0.1")]
    [InlineData("--maxout", "3", "--max-norm", "2", "--clip-norm", "1", "--optimizer", "nesterov", "--schedule", "cosine")]
    [InlineData("--class-weights", "balanced", "--batch-size", "10", "--patience", "1", "--optimizer", "adamw")]
    public void Every_option_is_accepted(params string[] options)
    {
        command.Succeed(["train", "iris", "--epochs", "2", .. options]);
        var recorded = command.Succeed("describe", "model.onnx", "--json").Json.GetProperty("options");
        Assert.All(
            options.Chunk(2).Where(pair => pair[0] != "--hidden"),
            pair => Assert.Equal(pair[1], recorded.GetProperty(pair[0][2..]).GetString()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_for_any_number_of_threads()
    {
        byte[] Train(string seed, string threads)
        {
            command.Succeed("train", "digits", "--epochs", "2", "--seed", seed, "--threads", threads);
            return File.ReadAllBytes(command.File("model.onnx"));
        }

        var one = Train("7", "1");
        Assert.Equal(one, Train("7", "2"));
        Assert.NotEqual(one, Train("8", "2"));
    }

    [Fact]
    public void Several_seeds_give_a_spread_and_the_best_network()
    {
        var result = command.Succeed(
            "train", "iris", "--epochs", "3", "--seed", "5", "--seeds", "3", "--history", "h.csv", "--json").Json;

        var seeds = result.GetProperty("seeds").EnumerateArray().ToArray();
        Assert.Equal([5, 6, 7], seeds.Select(seed => Number(seed, "seed")));

        var values = seeds.Select(seed => Number(seed.GetProperty("test"), "accuracy")).ToArray();
        var summary = result.GetProperty("summary");
        var mean = values.Average();
        Assert.Equal("accuracy", summary.GetProperty("metric").GetString());
        Assert.Equal(mean, Number(summary, "mean"), 1e-12);
        Assert.Equal(values.Min(), Number(summary, "min"));
        Assert.Equal(values.Max(), Number(summary, "max"));
        Assert.Equal(Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / 2), Number(summary, "sd"), 1e-12);

        var best = seeds.MinBy(seed => Number(seed.GetProperty("validation"), "loss"));
        Assert.Equal(Number(best, "seed"), Number(result, "seed"));
        var options = command.Succeed("describe", "model.onnx", "--json").Json.GetProperty("options");
        Assert.Equal(Number(best, "seed").ToString(CultureInfo.InvariantCulture), options.GetProperty("seed").GetString());

        var history = File.ReadAllLines(command.File("h.csv"));
        Assert.StartsWith("seed,epoch,", history[0]);
        Assert.Equal(10, history.Length);
        Assert.StartsWith("7,3,", history[^1]);
    }

    [Fact]
    public void The_history_has_one_row_per_epoch()
    {
        command.Succeed("train", "iris", "--epochs", "3", "--history", "h.csv", "--output", "m.onnx");
        var lines = File.ReadAllLines(command.File("h.csv"));
        Assert.Equal("epoch,training_loss,validation_loss,validation_accuracy,learning_rate,seconds", lines[0]);
        Assert.Equal(["1", "2", "3"], lines[1..].Select(line => line.Split(',')[0]));
        Assert.All(lines[1..], line => Assert.Equal(6, line.Split(',').Length));
        Assert.Equal(["h.csv", "m.onnx"], command.Names);
    }

    [Fact]
    public void Dead_and_saturated_units_are_shown_when_they_are_monitored()
    {
        string[] words = ["train", "iris", "--epochs", "3", "--activation", "relu,tanh", "--history", "h.csv"];
        var text = command.Succeed([.. words, "--monitor"]).Output;
        Assert.Matches(@"epoch 1/3: .*, dead \d+\.\d %, saturated \d+\.\d %", text);

        var lines = File.ReadAllLines(command.File("h.csv"));
        Assert.EndsWith(",seconds,dead_units,saturated_outputs", lines[0]);
        var fields = lines[1..].Select(line => line.Split(',')).ToArray();
        Assert.All(fields, row => Assert.Equal(8, row.Length));

        var result = command.Succeed([.. words, "--monitor", "--json"]).Json;
        var history = result.GetProperty("history").EnumerateArray().ToArray();
        Assert.Equal([1, 2, 3], history.Select(epoch => Number(epoch, "epoch")));
        Assert.Equal(
            fields.Select(row => double.Parse(row[6], CultureInfo.InvariantCulture)), history.Select(epoch => Number(epoch, "dead")));
        Assert.Equal(
            fields.Select(row => double.Parse(row[7], CultureInfo.InvariantCulture)), history.Select(epoch => Number(epoch, "saturated")));

        var seeds = command.Succeed([.. words, "--monitor", "--seeds", "2", "--json"]).Json.GetProperty("seeds");
        Assert.All(seeds.EnumerateArray(), seed => Assert.Equal(3, seed.GetProperty("history").GetArrayLength()));

        Assert.DoesNotContain("dead", command.Succeed(words).Output);
        Assert.False(command.Succeed([.. words, "--json"]).Json.TryGetProperty("history", out _));
    }

    [Fact]
    public void A_learning_rate_that_is_too_high_leaves_the_old_model()
    {
        command.Write("model.onnx", "old");
        command.Fail(1, ["epoch 1", "learning rate", "lower"], "train", "iris", "--learning-rate", "1e30");
        Assert.Equal("old", File.ReadAllText(command.File("model.onnx")));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void An_interruption_saves_the_best_network_so_far(string signal)
    {
        if (OperatingSystem.IsWindows())
            return;

        // the first line of progress says that an epoch is done
        using var process = command.Start("train", "digits", "--epochs", "1000000", "--patience", "1000000");
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains("epoch 1/"))
        {
        }

        var clock = Stopwatch.StartNew();
        Signals.Send(signal, process);

        var answer = HybridCommand.Finish(process);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        Assert.Equal(130, answer.Code);
        Assert.Contains("interrupted", answer.Errors);
        Assert.Contains("model.onnx", answer.Errors);
        Assert.Equal(["model.onnx"], command.Names);
        Assert.InRange(Number(command.Succeed("evaluate", "model.onnx", "digits", "--json").Json, "accuracy"), 0.5, 1);
    }

    [Fact]
    public void Tables_of_ones_own_validate_and_test()
    {
        var lines = Tables.Houses().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string Part(int from, int to) => string.Join('\n', [lines[0], .. lines[from..to]]) + "\n";
        command.Write("train.csv", Part(1, 121));
        command.Write("validation.csv", Part(121, 161));
        command.Write("test.csv", Part(161, 201));

        var json = command.Succeed(
            "train", "train.csv", "--validation", "validation.csv", "--test", "test.csv", "--stop-by", "mae", "--epochs", "5", "--json").Json;
        Assert.Equal(120, json.GetProperty("train").GetProperty("examples").GetInt32());
        Assert.Equal(40, json.GetProperty("validation").GetProperty("examples").GetInt32());
        Assert.Equal(40, json.GetProperty("test").GetProperty("examples").GetInt32());
        Assert.Equal("mae", json.GetProperty("stopBy").GetProperty("metric").GetString());
        Assert.Equal(
            json.GetProperty("validation").GetProperty("mae").GetDouble(), json.GetProperty("stopBy").GetProperty("value").GetDouble(), 1e-6 * 1e6);

        command.Write("narrow.csv", string.Join('\n', lines.Select(line => string.Join(',', line.Split(',')[2..]))) + "\n");
        command.Fail(1, ["2 columns", "size, colour"], "train", "train.csv", "--validation", "narrow.csv");
        command.Fail(1, ["2 columns", "size, colour"], "train", "train.csv", "--test", "narrow.csv");
        command.Fail(2, ["--validation must be a number or an existing file", "absent.csv"], "train", "train.csv", "--validation", "absent.csv");
        command.Fail(2, ["--stop-by", "There is no metric"], "train", "train.csv", "--stop-by", "auc");
        command.Fail(2, ["--stop-by must be a metric of a quantity"], "train", "train.csv", "--stop-by", "roc-auc");
        command.Fail(2, ["would overwrite"], "train", "train.csv", "--test", "test.csv", "--output", "test.csv");
    }
}
