using System.Globalization;
using Hybrid.Playground;
using Xunit;

namespace Hybrid.Tests.Playground;

/// <summary>What the page computes, here without a browser.</summary>
public sealed class LiveTrainingTests
{
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

    [Fact]
    public void A_formula_of_one_variable_has_points_and_a_construction_with_a_proof()
    {
        Assert.Equal("x,value\n0,0\n0.5,0.25\n1,1\n", FormulaPoints.Csv("x^2", 0, 1, 3, 0, 1));
        Assert.True(Answers.Approximated("x^2", "relu", 0.05, 0, 1)["holds"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("train spiral --hidden eight", "--hidden must be a whole number, not «eight».")]
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
}
