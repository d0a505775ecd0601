using System.Globalization;
using Hybrid.Data;
using Hybrid.Onnx;

namespace Hybrid;

/// <summary>Models with data for them: where a file has no names of its own, it takes those of the data.</summary>
public static class StartingPoint
{
    /// <summary>A model to measure on some data.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="data">A built-in name, a folder, or a table.</param>
    /// <param name="target">The name of a table's target, where it is not the one of the training, or not the last column.</param>
    /// <exception cref="OnnxException">The file is not read.</exception>
    /// <exception cref="HybridException">The data cannot be read, or do not fit the file.</exception>
    public static Model Load(string path, string data, string? target = null) => ModelFile.Open(path) switch
    {
        ({ } own, _) => own,
        var (_, foreign) => foreign!.For(DataSource.load(Table(target, HasHeader(data)), data).Train),
    };

    /// <summary>A model and the data to train it further on.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="source">How the data are read. The columns of a model of this project are found by their names.</param>
    /// <param name="data">A built-in name, a folder, or a table.</param>
    /// <exception cref="OnnxException">The file is not read.</exception>
    /// <exception cref="HybridException">The data cannot be read, or do not fit the file.</exception>
    public static (Model Model, Sets Sets) Load(string path, SourceOptions source, string data)
    {
        var (own, foreign) = ModelFile.Open(path);
        if (own is null)
        {
            var sets = DataSource.load(source, data);
            var model = foreign!.For(sets.Train);
            // the classes of the file may be more than those of the data, or in another order
            return (model, Together(model, DatasetModule.forSchema(model.Schema, sets.Train),
                sets.Test is { } other ? DatasetModule.forSchema(model.Schema, other.Value) : null));
        }

        var table = new ModelCsvOptions(source.Csv.Header ? null : false, evaluate: true, source.Csv.Target);
        var (rows, test) = DataSource.loadPartsFor(own.Schema, source, table, data);
        return (own, Together(own, rows, test?.Value));
    }

    static Sets Together(Model model, Batch rows, Batch? test) =>
        new(Named(model, rows), test is null ? null! : Named(model, test));

    static Dataset Named(Model model, Batch batch) => new(
        batch.Source, model.Schema.Columns, batch.Features, model.Schema.TargetName, batch.Target.Value, oneUnit: false);

    static SourceOptions Table(string? target, bool header) => new(
        new CsvOptions(
            header, Microsoft.FSharp.Core.OptionModule.OfObj(target), Microsoft.FSharp.Collections.FSharpList<string>.Empty,
            TaskChoice.Guess),
        SourceOptionsModule.defaults.Seed, null, null);

    /// <summary>Names that are numbers are no names: then the first row is data.</summary>
    static bool HasHeader(string data)
    {
        if (!File.Exists(data) || DataSource.names.Contains(data))
            return true;

        using var reader = new StreamReader(data);
        var start = new char[4096];
        var row = new string(start, 0, reader.ReadBlock(start)).Split('\n')[0];
        return !row.Split(',', ';', '\t').Any(field =>
            double.TryParse(field.Trim(' ', '"', '\r'), NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }
}
