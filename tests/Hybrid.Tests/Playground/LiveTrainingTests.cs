using System.Globalization;
using Hybrid.Playground;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Playground;

/// <summary>What the page computes, here without a browser.</summary>
public sealed class LiveTrainingTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static LiveTraining Started(string line) => new([.. line.Split(' ')]);

    [Fact]
    public void A_training_in_pieces_gives_the_bytes_of_the_library()
    {
        using var training = Started(
            "train moons --hidden 5,4 --activation tanh,relu --dropout 0.1 --epochs 12 --validation 0.1 --seed 3");
        while (training.Advance(TimeSpan.Zero, 5))
            training.Picture(training.Last, new View(0, 1, -1, 1, -1, 1, 0), 4);

        var options = new TrainingOptions
        {
            Hidden = [5, 4],
            Activations = ["tanh", "relu"],
            Dropout = 0.1,
            Epochs = 12,
            ValidationFraction = 0.1,
            Seed = 3,
        };
        Assert.Equal(Trainer.Train(TableData.Load("moons"), options).Model.ToBytes(), training.Best.ToBytes());
    }

    [Fact]
    public void The_command_at_an_epoch_gives_the_weights_of_that_epoch()
    {
        using var training = Started("train xor --hidden 4 --epochs 20 --validation 0");
        training.Advance(TimeSpan.MaxValue, 9);
        using var again = new LiveTraining(Words(training.CommandAt(9)));
        again.Advance(TimeSpan.MaxValue);

        Assert.Equal(9, again.Last);
        Assert.Equal(training.Parameters(9), again.Parameters(9));
        Assert.Null(training.Difference(9));
        Assert.Equal(again.Best.ToBytes(), training.File(9));
    }

    [Theory]
    [InlineData("--schedule cosine --validation 0", "schedule", false)]
    [InlineData("--validation 0.2", "validation", true)]
    public void A_command_that_gives_another_model_is_said_to(string options, string reason, bool hasEpochs)
    {
        using var training = Started($"train xor --hidden 4 --epochs 20 {options}");
        training.Advance(TimeSpan.MaxValue, 9);

        Assert.Contains(reason, training.Difference(9), StringComparison.Ordinal);
        Assert.Equal(hasEpochs, training.CommandAt(9) != training.Command);
        Assert.Equal(training.Model(9).ToBytes(), training.File(9));
    }

    static string[] Words(TrainingCommand command) => command.ToString()["hybrid ".Length..].Split(' ');

    [Fact]
    public void The_picture_ends_with_the_outputs_of_the_model()
    {
        using var training = Started("train circle --hidden 3,2 --activation relu --epochs 3 --validation 0");
        training.Advance(TimeSpan.MaxValue);
        var picture = training.Picture(3, new View(0, 1, 0, 4, 0, 2, 0), 2);
        var predicted = training.Model(3).Predict([1, 1.5, 3, 1.5, 1, 0.5, 3, 0.5]);

        Assert.Equal((3 + 2 + 2) * 4, picture.Length);
        Assert.Equal(Enumerable.Range(0, 4).Select(point => (float)predicted[2 * point + 1]), picture[^4..]);
    }

    [Fact]
    public void A_training_that_diverges_stops_and_advises_a_tenth_of_the_rate()
    {
        using var training = Started("train spiral --hidden 16 --optimizer sgd --learning-rate 1e30 --epochs 50 --validation 0");
        training.Advance(TimeSpan.MaxValue);
        var failure = Answers.Progress(training, 0)["failure"]!;

        Assert.True(training.IsDone);
        Assert.Equal("--learning-rate", failure["remedies"]![0]!["flag"]!.GetValue<string>());
        Assert.Equal(1e29, double.Parse(failure["remedies"]![0]!["value"]!.GetValue<string>(), CultureInfo.InvariantCulture), 1e24);
    }

    [Fact]
    public void A_weight_set_by_hand_is_where_training_continues()
    {
        using var training = Started("train xor --hidden 2 --epochs 5 --validation 0 --learning-rate 1e-9 --l2 0");
        training.Advance(TimeSpan.MaxValue, 2);
        var name = Answers.Description(training)["parameters"]![0]!["name"]!.GetValue<string>();
        training.Edit(2, name, 1, 0.625f);
        Assert.Equal(0.625f, training.Parameters(2)[1]);

        training.Advance(TimeSpan.MaxValue, 1);
        Assert.Equal(3, training.Last);
        Assert.Equal(0.625f, training.Parameters(3)[1], 4);
    }

    [Fact]
    public void Findings_gradients_and_radius_are_those_of_the_library()
    {
        using var training = Started("train moons --hidden 6 --activation tanh --learning-rate 0.03 --epochs 60 --validation 0");
        training.Advance(TimeSpan.MaxValue);

        Assert.True(Answers.Gradients(training, 60)["passed"]!.GetValue<bool>());
        Assert.NotNull(Answers.Examined(training, 60)["findings"]);
        Assert.Equal(2, Answers.Units(training, 60)["layers"]!.AsArray().Count);
        var certified = Answers.Certified(training, 60, [-0.8, 0.8], 0.5);
        Assert.Equal("0", certified["class"]!.GetValue<string>());
        Assert.InRange(certified["proved"]!.GetValue<double>(), 0.01, certified["attacked"]?.GetValue<double>() ?? 100);
    }

    /// <summary>A training on a table of numbers, categories and dates, some of them missing.</summary>
    LiveTraining OfTable(string target, string options = "--hidden 6 --activation tanh --learning-rate 0.03 --epochs 60 --validation 0")
    {
        var file = Path.Combine(folder.Path, "houses.csv");
        var rows = Enumerable.Range(0, 80).Select(i =>
            $"{40 + i * 37 % 120},{(i % 9 == 0 ? "" : i % 3 == 0 ? "yes" : "no")},2024-{1 + i % 12:00}-{1 + i % 28:00},"
            + $"{100 + 3 * (i * 37 % 120) + (i % 3 == 0 ? 80 : 0)},{(i * 37 % 120 > 60 ? "big" : "small")}");
        File.WriteAllText(file, "area,garden,sold,price,kind\n" + string.Join('\n', rows));
        return new LiveTraining(["train", file, "--target", target, "--ignore", target == "price" ? "kind" : "price", .. options.Split(' ')]);
    }

    [Theory]
    [InlineData(0.7, 1)]
    [InlineData(double.NaN, double.NaN)]
    public void A_point_with_categories_and_dates_has_a_radius(double garden, double exact)
    {
        using var classes = OfTable("kind");
        classes.Advance(TimeSpan.MaxValue);
        var certified = Answers.Certified(classes, 60, [150, garden, 19800, 0], 10);
        Assert.Equal("big", certified["class"]!.GetValue<string>());
        Assert.InRange(certified["proved"]!.GetValue<double>(), 0.1, 1000);
        Assert.Equal(certified.ToJsonString(), Answers.Certified(classes, 60, [150, exact, 19800, 0], 10).ToJsonString());

        using var quantity = OfTable("price");
        quantity.Advance(TimeSpan.MaxValue);
        var answer = Answers.Certified(quantity, 60, [100, garden, 19800], 1);
        Assert.InRange(
            answer["answer"]!.GetValue<double>(), answer["lower"]!.GetValue<double>(), answer["upper"]!.GetValue<double>());
    }

    [Fact]
    public void Between_two_categories_a_picture_shows_the_nearest()
    {
        using var training = OfTable("price");
        training.Advance(TimeSpan.MaxValue);
        var picture = training.Picture(60, new View(1, 0, -0.5, 1.5, 40, 160, 1), 4);
        var (no, yes) = (training.Model(60).Predict([145, 0, training.Table.Values(1)[2]])[0],
            training.Model(60).Predict([145, 1, training.Table.Values(1)[2]])[0]);

        Assert.NotEqual(no, yes, 1.0);
        Assert.Equal([no, no, yes, yes], picture[^16..^12].Select(value => (double)value), (a, b) => Math.Abs(a - b) < 0.01);
    }

    [Fact]
    public void Inputs_are_named_by_their_columns()
    {
        using var training = OfTable("price");
        var inputs = Answers.Description(training)["inputs"]!.AsArray();
        Assert.Equal(
            ["area", "garden = no", "garden = yes", "garden is missing", "sold"],
            inputs.Take(5).Select(input => input!["name"]!.GetValue<string>()));
        Assert.Equal([0, null, null, null, 2], inputs.Take(5).Select(input => input!["column"]?.GetValue<int>()));
        Assert.StartsWith("sold: sine of ", inputs[5]!["name"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(Answers.Description(training)["sizes"]![0]!.GetValue<int>(), inputs.Count);
    }

    [Fact]
    public void Notes_and_errors_have_the_names_of_the_shell()
    {
        using var training = OfTable("price");
        Assert.Contains(
            "Name one of them with --target.",
            Answers.Problem(Assert.ThrowsAny<HybridException>(() => OfTable("prize")))["message"]!.GetValue<string>(), StringComparison.Ordinal);
        var numbered = Path.Combine(folder.Path, "numbered.csv");
        File.WriteAllText(numbered, "a,x,y\n" + string.Join('\n', Enumerable.Range(0, 50).Select(i => $"{i},{i * 7 % 23}.5,{i * 11 % 17}.25")));
        using var rows = Started($"train {numbered} --epochs 1");
        Assert.Contains("Use --ignore a.", Answers.Description(rows)["notes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-5)]
    [InlineData(100_001)]
    public void A_number_of_points_out_of_range_is_refused(int count) => Assert.Equal(
        $"The number of points must be from 2 to 100,000, not {count}.",
        Assert.Throws<HybridException>(() => FormulaPoints.Csv("x", 0, 1, count, 0, 1)).Message);

    [Fact]
    public void A_formula_of_one_variable_has_points_and_a_construction_with_a_proof()
    {
        Assert.Equal("x,value\n0,0\n0.5,0.25\n1,1\n", FormulaPoints.Csv("x^2", 0, 1, 3, 0, 1));
        Assert.True(Answers.Approximated("x^2", "relu", 0.05, 0, 1)["holds"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("train spiral --hidden eight", "--hidden must be a whole number, not «eight».")]
    [InlineData("train spiral --task nothing", "--task must be classification or regression, not «nothing».")]
    [InlineData("train spiral --depth 3", "«--depth» is not an option of this page.")]
    [InlineData("train spiral --hidden", "--hidden needs a value.")]
    public void A_word_that_cannot_be_read_is_named(string line, string message) =>
        Assert.Equal(message, Assert.Throws<HybridException>(() => Started(line)).Message);

    [Fact]
    public void The_command_in_other_languages_names_the_same_options()
    {
        var command = TrainingCommand.Parse(
            ["train", "my points.csv", "--target", "y", "--hidden", "8", "--learning-rate", "1", "--seed", "2"]);

        Assert.Equal("hybrid train 'my points.csv' --target y --hidden 8 --learning-rate 1 --seed 2", command.ToString());
        Assert.Contains(
            "TableData.Load(\"my points.csv\", new() { Targets = [\"y\"] })", command.ToCSharp(), StringComparison.Ordinal);
        Assert.Contains("    LearningRate = 1.0,\n    Seed = 2,", command.ToCSharp(), StringComparison.Ordinal);
        Assert.Contains("        LearningRate = Some 1.0\n        Seed = 2UL\n", command.ToFSharp(), StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_in_names_are_escaped_in_every_language()
    {
        var command = TrainingCommand.Parse(["train", "it's.csv", "--target", "size 5\" \\ x"]);
        Assert.Equal("hybrid train 'it'\\''s.csv' --target 'size 5\" \\ x'", command.ToString());
        Assert.Contains("""Targets = ["size 5\" \\ x"]""", command.ToCSharp(), StringComparison.Ordinal);
        Assert.Contains("""Targets = [ "size 5\" \\ x" ]""", command.ToFSharp(), StringComparison.Ordinal);
    }
}
