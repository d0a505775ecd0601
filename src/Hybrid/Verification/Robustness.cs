using Hybrid.Certification;
using Hybrid.Data;
using Hybrid.Kernels;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Proofs about a model in the columns of its data: whether answers stay the same in boxes around rows, which values
/// outputs have in a box, and whether an answer rises with a column. Preprocessing, categories and missing values are part of
/// them.</summary>
public static class Robustness
{
    /// <summary>Certifies rows: with classes, that every row within a radius is given the same class; with a quantity, how far the
    /// answer can move.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows with the model's columns and targets. Columns in one unit, such as pixels, are clipped to the range
    /// from 0 to the largest number of the data.</param>
    /// <param name="radius">By how much each column of numbers may change, in its own unit. A missing value stays missing, and a
    /// category stays the same.</param>
    /// <param name="options">Null: all defaults.</param>
    /// <param name="progress">Called with the number of rows that are done, and of all rows, on any thread.</param>
    /// <param name="cancellation">Ends the work early: what is not decided then stays undecided.</param>
    /// <exception cref="HybridException">The data do not fit the model, or no rule is known for an operation of the
    /// network.</exception>
    /// <exception cref="OptionException">The radius or an option is out of range.</exception>
    public static CertificationReport Certify(
        Model model, TableData data, double radius, CertificationOptions? options = null, Action<int, int>? progress = null,
        CancellationToken cancellation = default) =>
        Certify(model, data, radius.ToString("R", System.Globalization.CultureInfo.InvariantCulture), options, progress, cancellation);

    /// <summary>The same with a radius for each column.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows with the model's columns and targets.</param>
    /// <param name="radius">A number or a share of each column's range, such as 0.01 or 1%; or columns with theirs, such as
    /// area=2,rooms=5%,colour=any, where the others stay as they are.</param>
    /// <param name="options">Null: all defaults.</param>
    /// <param name="progress">Called with the number of rows that are done, and of all rows, on any thread.</param>
    /// <param name="cancellation">Ends the work early: what is not decided then stays undecided.</param>
    /// <exception cref="HybridException">The data do not fit the model, or no rule is known for an operation of the
    /// network.</exception>
    /// <exception cref="OptionException">The radius or an option is out of range.</exception>
    public static CertificationReport Certify(
        Model model, TableData data, string radius, CertificationOptions? options = null, Action<int, int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(radius);
        options ??= new();
        options.Check();

        var table = TableModule.inSchema(model.Value.Schema, data.Value);
        var freedoms = Models.FreedomModule.parse("Radius", table, radius);
        var core = options.ToCore(progress, cancellation);
        var range = Models.FreedomModule.valid(table)?.Value;
        using var engine = CpuEngine.Create(1);

        if (model.Classes is null && options.Margin)
            throw new OptionException(nameof(CertificationOptions.Margin), "is that of a class, and the model predicts a quantity");

        if (model.Classes is null)
            return new(Quantities.move(engine, core, freedoms, model.Value, table, data.Rows), range)
            {
                Radius = radius,
                Arithmetic = options.Arithmetic,
            };

        var rows = Certification.Certification.classes(
            engine, core, freedoms, options.Margin ? FSharpOption<double>.Some(1) : null, model.Value, table, data.Rows);
        return new(model, rows, options.Margin, range)
        {
            Radius = radius,
            Arithmetic = options.Arithmetic,
        };
    }

    /// <summary>The range of each output over a box of inputs: of a quantity, or of the probabilities of classes (or their scores,
    /// where the model returns those).</summary>
    /// <param name="model">The model.</param>
    /// <param name="box">Conditions on columns, such as area in [40, 160], rooms = 3, colour in {red, blue}; or the names of data,
    /// whose columns have the ranges and categories that they have there. Of a column that occurs twice, the last counts.</param>
    /// <param name="options">Null: all defaults.</param>
    /// <param name="progress">Called with the number of pieces of work that are done, and of all, on any thread.</param>
    /// <param name="cancellation">Ends the work early, with looser bounds.</param>
    /// <exception cref="HybridException">Data cannot be read, or no rule is known for an operation of the network.</exception>
    /// <exception cref="OptionException">The box does not say what values each column may have, or an option is out of
    /// range.</exception>
    public static IReadOnlyList<OutputRange> Bounds(
        Model model, IReadOnlyList<string> box, CertificationOptions? options = null, Action<int, int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(box);
        options ??= new();
        options.Check();

        using var engine = CpuEngine.Create(1);
        return
        [
            .. Ranges.find(engine, options.ToCore(progress, cancellation), Read(model, box))
                .Select(range => new OutputRange(range.Name, range.Proved, range.Attacked)),
        ];
    }

    /// <summary>Proves that an answer rises or falls with columns over a box of inputs, or finds two rows that violate
    /// it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="claims">Columns with directions, such as area=up or age=down.</param>
    /// <param name="box">As for <see cref="Bounds"/>.</param>
    /// <param name="class">The class whose probability it is about. Null: the last of two classes, or the quantity.</param>
    /// <param name="options">Null: all defaults.</param>
    /// <param name="cancellation">Ends the search early: claims are then undecided.</param>
    /// <exception cref="HybridException">Data cannot be read, the model has several outputs and no class is given, or no rule is
    /// known for an operation of the network.</exception>
    /// <exception cref="OptionException">A claim or the box cannot be read, or an option is out of range.</exception>
    public static IReadOnlyList<MonotoneClaim> Monotone(
        Model model, IReadOnlyList<string> claims, IReadOnlyList<string> box, string? @class = null,
        CertificationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(box);
        options ??= new();
        options.Check();

        var columns = model.Value.Schema.Columns;
        var parsed = claims.Select(claim => Certification.Monotone.parse(columns, claim)).ToArray();
        var output = Certification.Monotone.output(model.Value, @class is null ? null : FSharpOption<string>.Some(@class));
        using var engine = CpuEngine.Create(1);

        return
        [
            .. Certification.Monotone.verify(
                    engine, options.ToCore(null, cancellation), ListModule.OfSeq(parsed), output, Read(model, box))
                .Select(result => Claim(model, output, result)),
        ];
    }

    static MonotoneClaim Claim(Model model, int output, MonotoneResult result)
    {
        var violated = result.Verdict as MonotoneVerdict.Violated;

        return new(
            model.Columns[result.Column].Name,
            result.Direction.IsUp ? "up" : "down",
            violated is not null ? PropertyVerdict.Violated : result.Verdict.IsHolds ? PropertyVerdict.Holds : PropertyVerdict.Undecided,
            violated is null ? null : CertifiedRow.InOwnUnits(violated.lower, model),
            violated is null ? null : CertifiedRow.InOwnUnits(violated.upper, model),
            violated is null ? null : (Answer(violated.lower), Answer(violated.upper)),
            result.Boxes,
            result.Proved);

        double Answer(float[] row) => model.Network.Predict(row)[output] + model.Targets[output * model.Targets.Count / model.Network.Outputs].Offset;
    }

    static InputBox Read(Model model, IReadOnlyList<string> box) => InputBoxModule.read(
        model.Value,
        FuncConvert.FromFunc((string name) => Table(TableData.Load(name))),
        ListModule.OfSeq(box));

    /// <summary>All rows of some data, with its test part.</summary>
    static Table Table(TableData data) => data.Value;
}
