using Xunit;

namespace Hybrid.Tests.Training;

public sealed class MetricTests
{
    [Fact]
    public void Arrays_are_measured_without_a_model()
    {
        double[] probabilities = [0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8];
        Assert.Equal(0.75, Metric.Named("roc-auc").Measure(2, probabilities, [0, 0, 1, 1]).Value!.Value, 1e-15);
        Assert.Equal(0.9, Metric.Named("accuracy").Measure(2, probabilities, [0, 0, 1, 1], [3, 3, 1, 3]).Value!.Value, 1e-15);
        Assert.Equal(1.5, Metric.Named("mae").Measure([1, 2], [2, 4]).Value);
        Assert.True(Metric.Named("roc-auc").IsHigherBetter);
        Assert.False(Metric.Named("rmse").IsOfClasses);
        Assert.Contains("class", Metric.Named("rmse").Measure(2, probabilities, [0, 0, 1, 1]).Reason);
        Assert.Throws<HybridException>(() => Metric.Named("auc"));
        Assert.ThrowsAny<ArgumentException>(() => Metric.Named("mae").Measure([1, 2], [2, 4], [0, 0]));
    }

    [Theory]
    [InlineData("balanced-accuracy", true)]
    [InlineData("log-loss", false)]
    public void The_best_epoch_is_the_one_of_the_metric(string metric, bool isHigherBetter)
    {
        var run = Trainer.Start(TableData.Load("iris"), new() { StopBy = metric, Epochs = 40, Patience = 7, LearningRate = 0.02, ValidationFraction = 0.3 });
        EpochReport[] epochs = [.. run.Epochs()];
        var values = epochs.Select(epoch => epoch.StopBy!.Value).ToArray();
        var best = isHigherBetter ? values.Max() : values.Min();

        Assert.Equal(metric, run.Report.StopBy!.Name);
        Assert.Equal(best, run.Report.StopBy.Value);
        Assert.Equal(best, values[run.Report.BestEpoch - 1]);
        Assert.True(epochs.Length == 40 || epochs.Length - run.Report.BestEpoch == 7);
        Assert.Equal(best, Assert.Single(run.Report.Model.Measure(run.Report.ValidationData!, metric)).Value!.Value, 1e-6);
        Assert.Equal(metric, run.Report.Model.Option("stop-by"));
    }

    [Fact]
    public void A_metric_that_has_no_value_is_refused()
    {
        var iris = TableData.Load("iris");
        OptionException Refused(TrainingOptions options) =>
            Assert.Throws<OptionException>(() => Trainer.Train(iris, options with { Epochs = 2 }));

        Assert.Contains("must be a metric of classes", Refused(new() { StopBy = "rmse" }).Message);
        Assert.Contains("needs a validation part", Refused(new() { StopBy = "matthews", ValidationFraction = 0 }).Message);
        Assert.Contains("scores, not probabilities", Refused(new() { StopBy = "brier", Loss = "hinge" }).Message);
        Assert.Contains("StopBy must be one of accuracy", Refused(new() { StopBy = "auc" }).Message);
        Assert.Contains(
            "no example is of the class", Refused(new() { StopBy = "roc-auc", ValidationData = iris.Subset(Enumerable.Range(0, 60)) }).Message);
    }

    [Fact]
    public void A_test_table_measures_the_final_network()
    {
        var iris = TableData.Load("iris");
        var (train, test) = iris.Split(0.4);
        var report = Trainer.Train(train, new() { TestData = test, Epochs = 3 });
        Assert.Equal(60, report.Test!.Examples);
        Assert.Same(test, report.TestData);
        Assert.Equal(report.Test.Loss, report.Model.Evaluate(test).Loss, 1e-6);
        Assert.Throws<OptionException>(() => Trainer.Train(train, new() { TestData = test, TestFraction = 0.1 }));
    }
}
