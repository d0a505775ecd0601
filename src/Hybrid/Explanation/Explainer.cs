using Hybrid.Data;
using Hybrid.Explanation;
using Hybrid.Kernels;

namespace Hybrid;

/// <summary>What a model's answers depend on, in the columns of its data: which columns matter, how answers change with one of them,
/// the gradient of one answer, and the nearest row with another answer.</summary>
public static class Explainer
{
    /// <summary>Permutation importance: by how much the loss rises if a column's values are shuffled among the rows. Columns that go
    /// together are also shuffled together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">At least two rows with the model's columns and targets, best those that it did not learn from.</param>
    /// <param name="repeats">How often each column is shuffled. Default: 10.</param>
    /// <param name="seed">Of the shuffles. Default: 1.</param>
    /// <exception cref="OptionException">There are too few rows or repeats.</exception>
    /// <exception cref="TableException">The columns or classes are not the model's.</exception>
    public static ImportanceReport Importance(Model model, TableData data, int repeats = 10, ulong seed = 1)
    {
        var table = Table(model, data);
        using var engine = CpuEngine.Create();
        var report = Explanation.Importance.ofColumns(engine, repeats, seed, model.Value, table, data.Rows);
        return new(report.Loss, report.Examples, report.Repeats, Of(report.Columns), Of(report.Groups));
    }

    /// <summary>How an answer changes with one column while the others stay as they are: a curve for each row, and their mean.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows with the model's columns.</param>
    /// <param name="column">The name of the column.</param>
    /// <param name="output">The class whose output it is; null for a quantity, or for the last class.</param>
    /// <exception cref="HybridException">The model has no such column or class, or the column has no values.</exception>
    public static ColumnDependence Dependence(Model model, TableData data, string column, string? output = null)
    {
        var table = Table(model, data);
        ArgumentNullException.ThrowIfNull(column);
        using var engine = CpuEngine.Create();
        return new(Explanation.DependenceModule.ofColumn(
            engine, model.Value, table, data.Rows, Output(model, output), Column(model, column)));
    }

    /// <summary>The gradient of an answer for one row by the columns, in the units of both: exact, by the derivative rules of the
    /// network, through its preprocessing. For categories, how the answer differs with each other one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows with the model's columns.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="output">The class whose output it is; null for a quantity, or for the last class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="HybridException">The model has no such class.</exception>
    public static RowGradientReport Gradient(Model model, TableData data, int row, string? output = null)
    {
        var table = Table(model, data);
        var gradient = RowGradientModule.ofRow(model.Value, table, Output(model, output), At(data, row));
        return new(gradient.Output, gradient.Answer,
        [
            .. gradient.Columns.Select(effect => new ColumnSlope(
                effect.Column, effect.Value, effect.Slope?.Value, effect.PerDeviation,
                effect.Categories.ToDictionary(pair => pair.Item1, pair => pair.Item2))),
        ]);
    }

    /// <summary>The nearest row that is given a class: what would have to be different. Numbers stay in the range of the data, whole
    /// numbers stay whole, and the row has been predicted.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows with the model's columns.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="output">The class that is wanted.</param>
    /// <param name="unchanged">The columns that keep their values. Null: none.</param>
    /// <returns>Null if no row with that class was found.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="HybridException">The row has that class already, or the model has no such class or column.</exception>
    public static CounterfactualRow? Counterfactual(
        Model model, TableData data, int row, string output, IReadOnlyList<string>? unchanged = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(output);
        return Find(model, data, row, Goal.NewClass(Output(model, output)), unchanged);
    }

    /// <summary>The nearest row whose quantity reaches a value, from the side on which the row's own is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows with the model's columns.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="value">The value to reach, in the target's unit.</param>
    /// <param name="unchanged">The columns that keep their values. Null: none.</param>
    /// <returns>Null if no such row was found.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="HybridException">The model predicts classes, or has no such column.</exception>
    public static CounterfactualRow? Counterfactual(
        Model model, TableData data, int row, double value, IReadOnlyList<string>? unchanged = null)
    {
        var table = Table(model, data);
        if (model.Classes is not null)
            throw new HybridException("The model predicts classes: give the class that is wanted, not a value.");

        var features = table.InMemory.AsSpan(At(data, row) * model.Inputs, model.Inputs);
        var now = model.Network.Predict(features)[0] + model.TargetOffset;
        return Find(model, data, row, now < value ? Goal.NewAtLeast(value) : Goal.NewAtMost(value), unchanged);
    }

    static CounterfactualRow? Find(Model model, TableData data, int row, Goal goal, IReadOnlyList<string>? unchanged)
    {
        var table = Table(model, data);
        var keeps = new bool[model.Inputs];
        foreach (var name in unchanged ?? [])
            keeps[Column(model, name)] = true;

        using var engine = CpuEngine.Create();
        var at = At(data, row);
        if (CounterfactualModule.ofRow(engine, model.Value, table, keeps, goal, at) is not { } found)
            return null;

        double Value(float[] features, int start, int column) => features[start + column] + model.Columns[column].Offset;

        return new(
            [.. Enumerable.Range(0, model.Inputs).Select(column => Value(found.Value.Features, 0, column))],
            [
                .. found.Value.Changed.Select(column => new ColumnChange(
                    model.Columns[column].Name, Value(table.InMemory, at * model.Inputs, column), Value(found.Value.Features, 0, column),
                    Name(model, column, table.InMemory[at * model.Inputs + column]), Name(model, column, found.Value.Features[column]))),
            ],
            found.Value.Distance, found.Value.Outputs);
    }

    static string? Name(Model model, int column, float value) =>
        model.Columns[column].Categories is { } names && !float.IsNaN(value) ? names[(int)value] : null;

    static Table Table(Model model, TableData data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return TableModule.inSchema(model.Value.Schema, data.Value);
    }

    static int At(TableData data, int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, data.Rows.Length);
        return data.Rows[row];
    }

    static int Column(Model model, string name) =>
        Place(model.Columns.Select(column => column.Name), name, "column");

    static int Output(Model model, string? name) => name is null
        ? model.Classes is { } classes ? classes.Count - 1 : 0
        : Place(Models.ModelModule.outputNames(model.Value), name, model.Classes is null ? "target" : "class");

    static int Place(IEnumerable<string> names, string name, string what)
    {
        string[] all = [.. names];
        var place = Array.IndexOf(all, name);
        return place >= 0
            ? place
            : throw new HybridException($"The model has no {what} {Printable.quote(name)}. It has {string.Join(", ", all.Take(20))}.");
    }

    static IReadOnlyList<ColumnImportance> Of(IEnumerable<Explanation.FSharpColumnImportance> columns) =>
        [.. columns.Select(one => new ColumnImportance([.. one.Columns], one.Rise, one.Lower, one.Upper))];
}
