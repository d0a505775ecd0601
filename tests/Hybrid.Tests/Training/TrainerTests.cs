using Microsoft.FSharp.Core;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class TrainerTests
{
    static readonly TrainingOptions Quick = new() { Hidden = [8], Epochs = 4, Threads = 1 };

    static float[] Weights(TrainingReport report) =>
        [.. NetworkModule.parameters(report.Model.Network.Value).SelectMany(parameter => Reference.value(parameter.Item2)).Select(x => (float)x)];

    [Fact]
    public void The_same_seed_gives_the_same_bits_for_any_number_of_threads()
    {
        var data = Tables.Mixed(400, true);
        var options = Quick with { Dropout = 0.2, InputNoise = 0.1, Hidden = [64, 32] };
        var expected = Weights(Trainer.Train(data, options));

        Assert.Equal(expected, Weights(Trainer.Train(data, options with { Threads = 2 })));
        Assert.Equal(expected, Weights(Trainer.Train(data, options with { Threads = 3 })));
        Assert.NotEqual(expected, Weights(Trainer.Train(data, options with { Seed = 2 })));
    }

    [Fact]
    public void The_kept_network_has_the_lowest_validation_loss()
    {
        var reports = new List<EpochReport>();
        var report = Trainer.Train(
            Tables.Mixed(200, true), Quick with { Epochs = 30, Patience = 30, LearningRate = 0.1 },
            progress: new Collector(reports));

        var best = reports.MinBy(epoch => epoch.Validation!.Loss)!;
        Assert.Equal(best.Epoch, report.BestEpoch);
        Assert.Equal(best.Validation!.Loss, report.Validation!.Loss, 5);
    }

    [Fact]
    public void A_part_with_a_share_of_0_is_absent()
    {
        var report = Trainer.Train(Tables.Mixed(50, true), Quick with { TestFraction = 0, ValidationFraction = 0 });
        Assert.Null(report.Test);
        Assert.Null(report.Validation);
        Assert.Equal(50, report.Train.Examples);
        Assert.Equal(report.Epochs, report.BestEpoch);
    }

    [Fact]
    public void A_quantity_is_learned_in_its_own_unit()
    {
        var report = Trainer.Train(Tables.Mixed(400, false), Quick with { Epochs = 100, LearningRate = 0.01 });
        var (rmse, mae, r2) = (
            report.Test!.RootMeanSquareError!.Value, report.Test.MeanAbsoluteError!.Value, report.Test.RSquared!.Value);

        // the noise alone has a deviation of 6, and missing values add to it
        Assert.InRange(rmse, 6, 16);
        Assert.InRange(mae, 4, rmse);
        Assert.True(r2 > 0.75, $"R² was {r2}");
        Assert.Equal(rmse * rmse, report.Test.Loss, 2);
    }

    [Fact]
    public void Cancellation_keeps_the_best_network_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        var reports = new List<EpochReport>();
        var report = Trainer.Train(
            Tables.Mixed(200, true), Quick with { Epochs = 1000 },
            progress: new Collector(reports, epoch => { if (epoch.Epoch == 3) cancellation.Cancel(); }),
            cancellation: cancellation.Token);

        Assert.True(report.Cancelled);
        Assert.Equal(3, report.Epochs);
        Assert.InRange(report.BestEpoch, 1, 3);
    }

    [Theory]
    [InlineData(nameof(TrainingOptions.Dropout))]
    [InlineData(nameof(TrainingOptions.Hidden))]
    [InlineData(nameof(TrainingOptions.Activations))]
    [InlineData(nameof(TrainingOptions.LearningRate))]
    [InlineData(nameof(TrainingOptions.BatchSize))]
    [InlineData(nameof(TrainingOptions.ValidationFraction))]
    [InlineData(nameof(TrainingOptions.Loss))]
    [InlineData(nameof(TrainingOptions.BalancedClasses))]
    [InlineData(nameof(TrainingOptions.Threads))]
    public void An_option_out_of_range_is_named(string option)
    {
        var options = option switch
        {
            nameof(TrainingOptions.Dropout) => Quick with { Dropout = 1 },
            nameof(TrainingOptions.Hidden) => Quick with { Hidden = [0] },
            nameof(TrainingOptions.Activations) => Quick with { Activations = ["relu", "relu"] },
            nameof(TrainingOptions.LearningRate) => Quick with { LearningRate = double.NaN },
            nameof(TrainingOptions.BatchSize) => Quick with { BatchSize = 1000 },
            nameof(TrainingOptions.ValidationFraction) => Quick with { ValidationFraction = -0.1 },
            nameof(TrainingOptions.Loss) => Quick with { Loss = "softmax" },
            nameof(TrainingOptions.BalancedClasses) => Quick with { BalancedClasses = true },
            _ => Quick with { Threads = -1 },
        };

        var error = Assert.Throws<OptionException>(() => Trainer.Train(Tables.Mixed(100, false), options));
        Assert.Equal(option, error.Option);
    }

    [Fact]
    public void Far_too_high_a_learning_rate_is_an_error_that_names_the_epoch()
    {
        var error = Assert.Throws<TrainingDivergedException>(() =>
            Trainer.Train(Tables.Mixed(200, false), Quick with { Optimizer = "sgd", LearningRate = 1e6, Activations = ["identity"] }));
        Assert.InRange(error.Epoch, 1, 4);
        Assert.Contains("learning rate", error.Message);
    }

    sealed class Collector(List<EpochReport> reports, Action<EpochReport>? then = null) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            reports.Add(value);
            then?.Invoke(value);
        }
    }

    [Fact]
    public void Few_examples_are_all_learned_from_for_as_many_epochs_as_cross_validation_says()
    {
        var run = Trainer.Start(TableData.Load("iris"), new() { Hidden = [8], LearningRate = 0.01, Threads = 1 });
        Assert.Equal((112, 0, 38, 5), (run.Plan.Training, run.Plan.Validation, run.Plan.Test, run.Plan.Folds));
        var epochs = run.Epochs().ToArray();
        var report = run.Report;
        Assert.Equal((epochs.Length, epochs.Length), (report.Epochs, report.BestEpoch));
        Assert.InRange(report.Epochs, 2, run.Plan.Epochs);
        Assert.All(epochs, epoch => Assert.Equal(112, epoch.Validation!.Examples));
        Assert.Equal(epochs[^1].Validation!.Loss, report.Validation!.Loss);
        Assert.Null(report.ValidationData);
        Assert.True(report.Test!.Accuracy > 0.9);
    }

    [Fact]
    public void The_cross_validated_error_of_a_quantity_is_in_its_own_unit()
    {
        var report = Trainer.Train(Tables.Mixed(60, false), new() { Hidden = [8], LearningRate = 0.02, Threads = 1 });
        var validation = report.Validation!;
        Assert.Equal(Math.Pow(validation.RootMeanSquareError!.Value, 2), validation.Loss, 1e-3 * validation.Loss);
        Assert.InRange(validation.RootMeanSquareError!.Value, report.Train.RootMeanSquareError!.Value / 2, 50);
    }

    [Theory]
    [InlineData(nameof(TrainingOptions.Epochs))]
    [InlineData(nameof(TrainingOptions.ValidationFraction))]
    [InlineData(nameof(TrainingOptions.Patience))]
    [InlineData(nameof(TrainingOptions.Schedule))]
    public void What_decides_the_epochs_already_leaves_no_cross_validation(string option)
    {
        var options = option switch
        {
            nameof(TrainingOptions.Epochs) => new TrainingOptions { Epochs = 3 },
            nameof(TrainingOptions.ValidationFraction) => new TrainingOptions { ValidationFraction = 0.1 },
            nameof(TrainingOptions.Patience) => new TrainingOptions { Patience = 5 },
            _ => new TrainingOptions { Schedule = "cosine" },
        };
        var plan = Trainer.Start(TableData.Load("iris"), options).Plan;
        Assert.Equal((0, 15), (plan.Folds, plan.Validation));
    }

    [Theory]
    [InlineData("many examples", "cosine", "0.006")]
    [InlineData("its own rate", "constant", "0.001")]
    [InlineData("its own batch", "constant", "0.001")]
    [InlineData("few examples", "constant", "0.001")]
    public void Many_examples_are_learned_from_at_a_higher_rate_that_falls(string what, string schedule, string rate)
    {
        var count = what == "few examples" ? 9_000 : 16_000;
        float[][] rows = [.. Enumerable.Range(0, count).Select(i => (float[])[i % 7])];
        var options = new TrainingOptions
        {
            Hidden = [1],
            Epochs = 1,
            LearningRate = what == "its own rate" ? 0.001 : null,
            BatchSize = what == "its own batch" ? 128 : null,
        };
        var model = Trainer.Train(TableData.FromArrays(rows, [.. rows.Select(row => row[0])]), options).Model;
        Assert.Equal((schedule, rate), (model.Option("schedule"), model.Option("learning-rate")));
    }

    [Fact]
    public void Data_for_validation_of_the_callers_own_decides_which_epoch_is_best()
    {
        var (learned, own) = TableData.Load("iris").Split(0.3);
        var run = Trainer.Start(learned, Quick with { ValidationData = own, TestFraction = 0, Epochs = 8 });
        Assert.Equal((learned.Count, own.Count, 0), (run.Plan.Training, run.Plan.Validation, run.Plan.Test));
        var epochs = run.Epochs().ToArray();
        Assert.Same(own, run.Report.ValidationData);
        Assert.Equal(epochs.MinBy(epoch => epoch.Validation!.Loss)!.Epoch, run.Report.BestEpoch);
        Assert.Equal(run.Report.Model.Evaluate(own).Loss, run.Report.Validation!.Loss, 1e-9);
        Assert.Throws<TableException>(() => Trainer.Train(learned, Quick with { ValidationData = Tables.Mixed(50, true) }));

        var quantity = Tables.Mixed(100, false);
        var errors = Trainer.Train(quantity, Quick with { ValidationData = Tables.Mixed(40, false) });
        Assert.Equal(errors.Model.Evaluate(Tables.Mixed(40, false)).RootMeanSquareError!.Value, errors.Validation!.RootMeanSquareError!.Value, 1e-6);
    }

    [Fact]
    public void Each_epoch_reports_its_model_with_its_weights()
    {
        var run = Trainer.Start(TableData.Load("iris"), Quick with { Epochs = 3 });
        var models = run.Epochs().Select(epoch => epoch.Model).ToArray();
        Assert.Equal(3, models.Select(model => model.Network.Parameters[0].Values.Span[0]).Distinct().Count());
        Assert.Equal(run.Report.Model.ToBytes(), models[run.Report.BestEpoch - 1].ToBytes());
    }

    [Fact]
    public void A_model_is_there_until_the_next_epoch_and_one_that_was_reported_for_good()
    {
        var data = TableData.Load("iris");
        var run = Trainer.Start(data, Quick with { Epochs = 3 });
        var epochs = run.Epochs().ToArray();
        var late = Assert.Throws<InvalidOperationException>(() => epochs[0].Model);
        Assert.StartsWith("The weights of epoch 1 ", late.Message, StringComparison.Ordinal);
        Assert.Same(epochs[2].Model, epochs[2].Model);

        var told = new Told([]);
        var report = Trainer.Train(data, Quick with { Epochs = 3 }, told);
        Assert.Equal(report.Model.ToBytes(), told.Epochs[report.BestEpoch - 1].Model.ToBytes());
        Assert.Equal(epochs[2].Model.ToBytes(), told.Epochs[2].Model.ToBytes());
    }

    sealed record Told(List<EpochReport> Epochs) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => Epochs.Add(value);
    }

    [Theory]
    [InlineData("Adam", "ReLU", "Cosine")]
    [InlineData("RMSprop", "LeakyReLU", "constant")]
    [InlineData("L-BFGS", "Tanh", "constant")]
    public void Names_of_options_are_known_in_any_case(string optimizer, string activation, string schedule)
    {
        var named = Trainer.Train(
            TableData.Load("iris"), new() { Hidden = [4], Epochs = 2, Optimizer = optimizer, Activations = [activation], Schedule = schedule });
        Assert.DoesNotContain(named.Model.Option("activation")!, char.IsUpper);
        Assert.DoesNotContain(named.Model.Option("optimizer")!, char.IsUpper);
    }

    [Fact]
    public void Options_of_several_seeds_are_checked_on_ranks_too()
    {
        IEnumerable<TrainingRun> Start(ICommunicator? ranks) =>
            Trainer.StartSeeds(TableData.Load("iris"), Quick with { Threads = -1, Communicator = ranks }, 2);

        string Problem(ICommunicator? ranks) => Assert.Throws<OptionException>(() => Start(ranks).First()).Message;
        var alone = Problem(null);
        Assert.All(
            global::Hybrid.Testing.Ranks.together(2, FuncConvert.FromFunc<ICommunicator, string>(Problem)), problem => Assert.Equal(alone, problem));
    }

    [Fact]
    public void A_seed_that_was_cut_short_does_not_count()
    {
        using var stop = new CancellationTokenSource();
        var reports = new List<TrainingReport>();

        foreach (var run in Trainer.StartSeeds(TableData.Load("iris"), Quick with { Epochs = 20 }, 2))
        {
            foreach (var epoch in run.Epochs(stop.Token))
                if (reports.Count == 1 && epoch.Epoch == 2)
                    stop.Cancel();

            reports.Add(run.Report);
        }

        Assert.Equal([false, true], reports.Select(report => report.Cancelled));
        Assert.Same(reports[0], Assert.Single(TrainingReport.Counted(reports)));
        Assert.Same(reports[0], TrainingReport.Best(reports));
        Assert.Equal(reports[0].Test!.Accuracy, SeedSummary.Of(reports).Mean);
        Assert.Same(reports[1], Assert.Single(TrainingReport.Counted([reports[1]])));
    }

    [Fact]
    public void A_temperature_does_not_raise_the_validation_loss_and_is_in_the_file()
    {
        var data = TableData.Load("iris");
        var options = new TrainingOptions { Epochs = 30, LearningRate = 0.02, ValidationFraction = 0.2, Threads = 1 };
        var (plain, tempered) = (Trainer.Train(data, options), Trainer.Train(data, options with { Temperature = true }));
        Assert.Null(plain.Temperature);
        Assert.True(tempered.Validation!.Loss <= plain.Validation!.Loss + 1e-7);
        Assert.Equal(plain.Test!.Accuracy, tempered.Test!.Accuracy);
        Assert.InRange(tempered.Temperature!.Before, 0, 1);

        var read = Model.Load(tempered.Model.ToBytes());
        Assert.Equal(tempered.Temperature.Temperature, double.Parse(read.Option("temperature")!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(tempered.Model.Predict(data), read.Predict(data), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_temperature_of_a_quantity_is_refused()
    {
        var data = TableData.FromRows(Enumerable.Range(0, 40).Select(i => new { X = i, Y = 2.5 * i }).ToArray(), new TableOptions { Target = "Y" });
        Assert.Contains("Temperature", Assert.Throws<OptionException>(() => Trainer.Train(data, new() { Temperature = true })).Message);
    }

    [Fact]
    public void A_temperature_without_the_softmax_loss_unweighted_examples_and_a_validation_part_is_refused()
    {
        var data = TableData.Load("iris");
        string Refused(TableData table, TrainingOptions options) =>
            Assert.Throws<OptionException>(() => Trainer.Train(table, options with { Temperature = true, Epochs = 1 })).Message;

        foreach (var loss in (string[])["hinge", "focal:2", "label-smoothing:0.1", "squared"])
            Assert.Contains("the loss softmax", Refused(data, new() { Loss = loss }));

        Assert.Contains("weights of examples", Refused(data.WithWeights([.. Enumerable.Repeat(2.0, data.Count)]), new()));
        Assert.Contains("needs a validation part", Refused(data, new() { ValidationFraction = 0 }));
        Assert.Contains("needs a validation part", Refused(data, new() { Certify = "0.1" }));
        Assert.Contains("needs a validation part", Refused(data, new() { ValidationFraction = 0.001 }));
    }
}
