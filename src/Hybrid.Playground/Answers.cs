using System.Text.Json.Nodes;

namespace Hybrid.Playground;

/// <summary>What a page shows of a training, as JSON.</summary>
public static class Answers
{
    /// <summary>The data, the plan and the network: what stays the same during a training.</summary>
    /// <param name="training">The training.</param>
    public static JsonObject Description(LiveTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (table, prepared) = (training.Table, training.Prepared);
        var plan = TrainingPlan.Of(prepared);
        return new()
        {
            ["command"] = training.Command.ToString(),
            ["columns"] = Array(Enumerable.Range(0, table.Columns.Count).Select(i => Column(table, i))),
            ["target"] = table.TargetName,
            ["classes"] = table.Classes is { } classes ? Texts(classes) : null,
            ["outputs"] = Texts(training.Model(0).OutputNames),
            ["count"] = table.Count,
            ["notes"] = Texts(table.Notes.Concat(plan.Notes).Select(Note)),
            ["training"] = plan.Training,
            ["validation"] = plan.Validation,
            ["test"] = plan.Test,
            ["inputs"] = Array(NetworkInput.Of(prepared, table).Select(input => new JsonObject
            {
                ["name"] = input.Name,
                ["column"] = input.Column,
            })),
            ["sizes"] = new JsonArray([.. plan.Sizes.Select(size => JsonValue.Create(size))]),
            ["loss"] = plan.Loss,
            ["optimizer"] = plan.Optimizer,
            ["rate"] = Number(plan.LearningRate),
            ["batch"] = plan.BatchSize,
            ["epochs"] = plan.Epochs,
            ["parameters"] = Array(NetworkModule.parameters(prepared.Learned).Select(parameter => new JsonObject
            {
                ["name"] = parameter.Item1,
                ["shape"] = new JsonArray([.. parameter.Item2.Shape.Select(extent => JsonValue.Create(extent))]),
            })),
            ["layers"] = Array(training.Blocks.Select(block => new JsonObject
            {
                ["kind"] = BlockModule.kind(block),
                ["index"] = block.Index,
            })),
            ["pieces"] = training.Command.Options.MaxoutPieces,
        };
    }

    /// <summary>The epochs after one, each with the loss of the training, validation and test part and the quality on the test
    /// part; and what stopped the training.</summary>
    /// <param name="training">The training.</param>
    /// <param name="after">The last epoch that is known.</param>
    public static JsonObject Progress(LiveTraining training, int after)
    {
        ArgumentNullException.ThrowIfNull(training);
        var last = training.Kept[^1];
        return new()
        {
            ["epoch"] = last.Number,
            ["done"] = training.IsDone,
            ["edited"] = training.IsEdited,
            ["rate"] = Number(last.Rate),
            ["history"] = new JsonArray(
            [
                .. training.Kept.Where(each => each.Number > after).Select(each => new JsonArray(
                    Number(each.Training), Number(each.Validation), Number(each.Test?.Loss), Number(Quality(each.Test)))),
            ]),
            ["failure"] = training.Failure is { } failure ? Problem(failure) : null,
        };
    }

    /// <summary>The accuracy of classes, or the share of a quantity's variance that is explained.</summary>
    static double? Quality(Measures? measures) => measures?.Quality switch
    {
        Quality.Classified classified => classified.accuracy,
        Quality.Estimated estimated => estimated.r2,
        _ => null,
    };

    /// <summary>Which units are dead, and what share of each one's outputs is saturated.</summary>
    /// <param name="training">The training.</param>
    /// <param name="epoch">From 0.</param>
    public static JsonObject Units(LiveTraining training, int epoch)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new()
        {
            ["layers"] = Array(training.Units(epoch).Layers.Select(layer => new JsonObject
            {
                ["dead"] = new JsonArray([.. layer.AreDead.Select(dead => JsonValue.Create(dead))]),
                ["saturated"] = new JsonArray([.. layer.SaturatedShares.Select(share => (JsonNode?)Number(share))]),
            })),
        };
    }

    /// <summary>The doctor's findings.</summary>
    /// <param name="training">The training.</param>
    /// <param name="epoch">From 0.</param>
    public static JsonObject Examined(LiveTraining training, int epoch)
    {
        ArgumentNullException.ThrowIfNull(training);
        var split = training.Prepared.Split;
        int[] held = [.. split.Validation, .. split.Test];
        var diagnosis = Doctor.Examine(
            training.Model(epoch), training.Table.Subset(split.Training), held.Length > 0 ? training.Table.Subset(held) : null, 1);
        return new()
        {
            ["training"] = diagnosis.Training.ToString(),
            ["heldOut"] = diagnosis.HeldOut?.ToString(),
            ["findings"] = Array(diagnosis.Findings.Select(finding => new JsonObject
            {
                ["kind"] = finding.Kind,
                ["layer"] = finding.Layer,
                ["found"] = finding.Found,
                ["says"] = finding.Says,
                ["advice"] = Remedy.Sentence(finding.Remedies, Named),
                ["remedies"] = Remedies(finding.Remedies),
            })),
        };
    }

    /// <summary>The gradients compared with central differences.</summary>
    /// <param name="training">The training.</param>
    /// <param name="epoch">From 0.</param>
    public static JsonObject Gradients(LiveTraining training, int epoch)
    {
        ArgumentNullException.ThrowIfNull(training);
        var report = GradientChecker.Check(
            training.Model(epoch), training.Table.Subset(training.Prepared.Split.Training),
            new() { Examples = 16, Parameters = 50 });
        return new()
        {
            ["passed"] = report.Passed,
            ["error"] = Number(report.MaxRelativeError),
            ["checked"] = report.Checked,
            ["parameters"] = report.Parameters,
            ["kinks"] = report.Kinks.Count,
            ["worst"] = Array(report.Worst.Take(3).Select(each => new JsonObject
            {
                ["parameter"] = each.Parameter,
                ["index"] = new JsonArray([.. each.Index.Select(index => JsonValue.Create(index))]),
                ["analytic"] = Number(each.Analytic),
                ["numeric"] = Number(each.Numeric),
            })),
        };
    }

    /// <summary>How far a point's columns of numbers may move, in their own units, with the same class; or the answers in a radius. Its
    /// categories and what is missing stay as they are.</summary>
    /// <param name="training">The training.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="values">The point, a number per column: of categories an index, or the nearest one is meant.</param>
    /// <param name="radius">The unit that margins count, or the radius for a quantity.</param>
    public static JsonObject Certified(LiveTraining training, int epoch, double[] values, double radius)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(values);
        var model = training.Model(epoch);
        if (model.Targets.Count > 1)
            throw new HybridException("A radius is proved for one target.");

        double[] point = [.. values.Zip(model.Columns, (value, column) => View.Nearest(column, value))];
        var options = new CertificationOptions
        {
            Threads = 1,
            Margin = model.Classes is not null,
            Timeout = TimeSpan.FromSeconds(5),
        };
        // what is certified does not depend on the target; another row shows that a column of missing values is one of categories
        var table = TableData.From<double[]>(
            [point, [.. point.Select(value => double.IsNaN(value) ? 0 : value)]], _ => model.Classes is null ? (object)0.0 : model.Classify(point),
            [.. model.Columns.Select((column, i) => (column.Name, (Func<double[], object?>)(row => Value(column, row[i]))))])
            .Subset([0]);
        var row = Robustness.Certify(model, table, radius, options).Rows[0];
        return new()
        {
            ["class"] = row.Class,
            ["answer"] = Number(row.Answer),
            ["proved"] = Number(row.ProvedMargin * radius),
            ["attacked"] = Number(row.AttackedMargin * radius),
            ["lower"] = Number(row.Proved?.Lower),
            ["upper"] = Number(row.Proved?.Upper),
        };
    }

    /// <summary>A number, or the name of a category; null where it is missing.</summary>
    static object? Value(ColumnInfo column, double value) =>
        double.IsNaN(value) ? null : column.Categories is { } categories ? categories[(int)value] : value;

    /// <summary>A network that is built within a distance of a formula of x, with its proof and its curve.</summary>
    /// <param name="formula">Such as sin(2*pi*x).</param>
    /// <param name="method">One of <see cref="Approximator.Methods"/>.</param>
    /// <param name="epsilon">The distance, above 0.</param>
    /// <param name="from">The start of the interval.</param>
    /// <param name="to">Its end.</param>
    public static JsonObject Approximated(string formula, string method, double epsilon, double from, double to)
    {
        const int Points = 400;
        var report = Approximator.Approximate(formula, new() { Method = method, Epsilon = epsilon, From = [from], To = [to] });
        double[] xs = [.. Enumerable.Range(0, Points + 1).Select(i => from + (to - from) * i / Points)];
        var expression = ExpressionModule.ofFormula(formula);
        return new()
        {
            ["holds"] = report.Certificate.Holds,
            ["neurons"] = report.Neurons,
            ["parameters"] = report.Parameters,
            ["bound"] = Number(report.Certificate.Bound),
            ["rounding"] = Number(report.Certificate.Rounding),
            ["epsilon"] = Number(report.Certificate.Epsilon),
            ["xs"] = Numbers(xs),
            ["function"] = Numbers(xs.Select(x => ExpressionModule.value(expression, [x]))),
            ["network"] = Numbers(xs.Select(x => report.Model.Predict([x])[0])),
        };
    }

    /// <summary>An error, with the options that may help, by the shell's names.</summary>
    /// <param name="error">The error.</param>
    public static JsonObject Problem(Exception error) => error switch
    {
        OptionException option => new() { ["message"] = $"{Named(option.Option, null)} {option.Problem}." },
        HybridException known => new() { ["message"] = known.MessageWith(Named), ["remedies"] = Remedies(known.Remedies) },
        _ => new() { ["message"] = error?.Message },
    };

    static string Note(TableNote note) =>
        Remedy.Sentence(note.Remedies, Named) is { Length: > 0 } advice ? $"{note.Says}. {advice}" : $"{note.Says}.";

    /// <summary>A property as an option of the command, with a value if there is one.</summary>
    static string Named(string property, string? value) =>
        Setting.NameOf(property) + (value is null || property == nameof(TableOptions.Header) ? "" : $" {TrainingCommand.Word(value)}");

    static JsonArray Remedies(IEnumerable<Remedy> remedies) => Array(
        from remedy in remedies.OfType<Remedy.Set>()
        let flag = Setting.FlagOf(remedy.Property)
        where flag is not null
        select new JsonObject { ["flag"] = flag, ["value"] = remedy.Value });

    static JsonObject Column(TableData table, int column)
    {
        var values = Enumerable.Range(0, table.Count).Select(row => table.Values(row)[column]).Where(double.IsFinite).ToArray();
        return new()
        {
            ["name"] = table.Columns[column].Name,
            ["categories"] = table.Columns[column].Categories is { } categories ? Texts(categories) : null,
            ["low"] = Number(values.Length == 0 ? 0 : values.Min()),
            ["high"] = Number(values.Length == 0 ? 1 : values.Max()),
        };
    }

    static JsonArray Array(IEnumerable<JsonObject> objects) => new([.. objects]);

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    static JsonArray Numbers(IEnumerable<double> numbers) => new([.. numbers.Select(number => (JsonNode?)Number(number))]);

    /// <summary>JSON has no NaN or infinity: they become null.</summary>
    static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;
}
