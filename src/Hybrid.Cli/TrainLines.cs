namespace Hybrid.Cli;

/// <summary>What is said before a training: its data and its plan.</summary>
static class TrainLines
{
    const int ListedCategories = 10;

    public static List<string> Of(TableData examples, bool guessed)
    {
        var task = Words.Goal(examples);
        var advice = examples.Classes is null && !Words.HasLabels(examples.Targets)
            ? "--task classification for classes"
            : "--task regression for a quantity";
        return
        [
            $"Data: {examples.Source}, {Words.Count(examples.Count, "example")}, "
            + (examples.Image is { } image
                ? $"images of {image} (channels × height × width)"
                : Words.Count(examples.Columns.Count, "column") + Categories(examples)),
            $"Task: {task}{(guessed ? $"; inferred, or give {advice}" : "")}",
        ];
    }

    /// <summary>The columns taken for categories: a numeric column among them contains text.</summary>
    static string Categories(TableData examples)
    {
        var names = examples.Columns
            .Where(column => column.Categories is not null)
            .Select(column => $"{column.Name} ({column.Categories!.Count})")
            .ToArray();

        return names.Length == 0
            ? ""
            : $"; categories: {string.Join(", ", names.Take(ListedCategories))}"
                + (names.Length > ListedCategories ? $" and {names.Length - ListedCategories} more" : "");
    }

    public static List<string> Of(TrainingPlan plan) =>
    [
        $"Parts: {plan.Training:N0} for training, {plan.Validation:N0} for validation, {plan.Test:N0} for testing"
        + (plan.Calibration > 0 ? $", {plan.Calibration:N0} to calibrate intervals" : "")
        + (plan.Folds > 0
            ? $"; {plan.Folds}-fold cross-validation of the first decides the number of epochs"
                + (plan.Loss == "squared" ? "" : " and the temperature of the probabilities")
            : ""),
        $"Network: {Network(plan)}"
        + (plan.Alternative is { } other ? $", or {Network(other)} {L2(other)}, as the cross-validation decides" : "")
        + $"; {plan.Loss} loss",
        $"Optimizer: {plan.Optimizer}, " + (plan.LearningRate is { } rate
            ? $"learning rate {Words.Number(rate)}, batches of {plan.BatchSize}, at most {Words.Count(plan.Epochs, "epoch")}"
            : $"all examples at once, at most {Words.Count(plan.Epochs, "iteration")}"),
    ];

    static string L2(TrainingPlan plan) => plan.L2 > 0 ? $"with L2 {Words.Number(plan.L2)}" : "without L2";

    static string Network(TrainingPlan plan) =>
        $"{string.Join('-', plan.Shapes.Select(shape => string.Join('×', shape)))}, {Words.Count(plan.Parameters, "parameter")}";
}
