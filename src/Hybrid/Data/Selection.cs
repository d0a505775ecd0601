using System.Globalization;
using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Examples to measure a model on.</summary>
/// <param name="Examples">The examples.</param>
/// <param name="Part">Which part of the data they are.</param>
/// <param name="Available">How many examples the data have in all.</param>
/// <param name="TrainedOn">How many of them the model learned from, if these are the data that it was made from; 0 where
/// they cannot be, because their number is another one.</param>
public sealed record Selection(DataSet Examples, DataPart Part, int Available, int TrainedOn)
{
    /// <summary>Reads data with their targets and chooses a part of them, made again as it was for the training.</summary>
    /// <param name="model">Its options say how its data were split.</param>
    /// <param name="data">A built-in name, a folder, or a file.</param>
    /// <param name="part">Null for all examples; of data that come with a test part, that one.</param>
    /// <param name="target">The name of a table's column that holds the target, where it is not the one of the training.</param>
    /// <exception cref="HybridException">The data cannot be read or do not fit the model, or the part cannot be made again:
    /// the data have another number of examples than those of the training, or the training had no such part.</exception>
    public static Selection Load(Model model, string data, DataPart? part = null, string? target = null)
    {
        var (rows, test, split, available) = Read(model, data, target);

        Selection Of(DataSet examples, DataPart chosen, int trainedOn = 0) => new(examples, chosen, available, trainedOn);

        return (part ?? (test is null ? DataPart.All : DataPart.Test), test) switch
        {
            (DataPart.All, _) => Of(new DataSet(Both(rows, test)), DataPart.All, split?.Training.Length ?? 0),
            (DataPart.Test, { } own) when part is null || Number(model, "test") is null or 0 => Of(new DataSet(own), DataPart.Test),
            (var chosen, _) when split is null => throw CannotSplit(model, rows, chosen),
            (DataPart.Train, _) => Of(new DataSet(rows, split.Training), DataPart.Train, split.Training.Length),
            (DataPart.Validation, _) => Of(new DataSet(rows, NotEmpty(split.Validation, "validation", data)), DataPart.Validation),
            _ => Of(new DataSet(rows, NotEmpty(split.Test, "test", data)), DataPart.Test),
        };
    }

    /// <summary>Reads data with their targets and chooses the examples that the model learned from, and others that it did
    /// not learn from: those of its test part, or else of its validation part. Data that are not those of the training, as
    /// far as can be told, are taken whole, with nothing held out.</summary>
    /// <param name="model">Its options say how its data were split.</param>
    /// <param name="data">A built-in name, a folder (then its training files), or a file.</param>
    /// <param name="target">The name of a table's column that holds the target, where it is not the one of the training.</param>
    /// <exception cref="HybridException">The data cannot be read or do not fit the model.</exception>
    public static (Selection Training, Selection? HeldOut) LoadTraining(Model model, string data, string? target = null)
    {
        var (rows, test, split, available) = Read(model, data, target);

        Selection Of(DataSet examples, DataPart part, int trainedOn = 0) => new(examples, part, available, trainedOn);

        if (split is null)
            return (Of(new DataSet(rows), DataPart.All), null);

        return (Of(new DataSet(rows, split.Training), DataPart.Train, split.Training.Length), (split, test) switch
        {
            ({ Test.Length: > 0 }, _) => Of(new DataSet(rows, split.Test), DataPart.Test),
            (_, { } own) => Of(new DataSet(own), DataPart.Test),
            ({ Validation.Length: > 0 }, _) => Of(new DataSet(rows, split.Validation), DataPart.Validation),
            _ => null,
        });
    }

    /// <summary>A part as it is asked for.</summary>
    internal static string Name(DataPart part) => part.ToString().ToLowerInvariant();

    /// <summary>All rows, those of a test part that comes with them, how the rows were split, and how many there are in all.</summary>
    static (Table Rows, Table? Test, Split? Split, int Available) Read(Model model, string data, string? target)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var table = new ModelCsvOptions(ModelCsvOptionsModule.evaluate.Header, evaluate: true, OptionModule.OfObj(target));
        var (read, ownTest) = DataSource.loadPartsFor(model.Schema, SourceOptionsModule.defaults, table, data);
        var rows = model.Named(read);
        var test = ownTest is null ? null : model.Named(ownTest.Value);
        return (rows, test, SplitOf(model, rows), rows.Examples + (test?.Examples ?? 0));
    }

    /// <summary>A recorded option that is a number; null if there is none.</summary>
    internal static double? Number(Model model, string name) =>
        double.TryParse(model.Option(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The split of the training; null if the data are not those of the training, or it is not recorded.</summary>
    static Split? SplitOf(Model model, Table rows)
    {
        if (!ulong.TryParse(model.Option("seed"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            || Number(model, "validation") is not { } validation
            || Number(model, "test") is not { } test
            || model.Option(Recipe.ExamplesOption) != rows.Examples.ToString(CultureInfo.InvariantCulture)
            || model.Option(Recipe.TargetsOption) != Recipe.Mark(rows.Target))
            return null;

        return SplitModule.ofTarget(seed, validation, test, rows.Target);
    }

    static HybridException CannotSplit(Model model, Table rows, DataPart part) => new(
        $"{rows.Source}: the {Name(part)} part cannot be made again. "
        + (model.Option(Recipe.ExamplesOption) is { } examples
            ? $"The model was made from {examples} examples with other targets or in another order, and these are "
                + $"{rows.Examples}. Give the data of the training, or ask for all examples."
            : "The model file does not say how its data were split. Ask for all examples."));

    static int[] NotEmpty(int[] rows, string part, string data) => rows.Length > 0
        ? rows
        : throw new HybridException(
            $"{data}: the model was trained without a {part} part. Choose another part, or train with a share of 0.1 for it.");

    static Table Both(Table first, Table? second) => second is null ? first : new(
        first.Source, first.Columns, [.. first.Features, .. second.Features], first.TargetName,
        (first.Target, second.Target) switch
        {
            (Target.Classes one, Target.Classes two) => Target.NewClasses(one.names, [.. one.labels, .. two.labels]),
            (Target.Quantity one, Target.Quantity two) => Target.NewQuantity([.. one.Item, .. two.Item]),
            _ => throw new ArgumentException("The targets are of different kinds.", nameof(second)),
        },
        first.OneUnit);
}
