using System.Globalization;
using Hybrid.Data;

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
    public static Model Load(string path, string data, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(data);
        return ModelFile.Open(path) switch
        {
            ({ } own, _) => own,
            var (_, foreign) => foreign!.For(DataSource.load(new TableOptions { Header = HasHeader(data), Target = target }.Source, data).Train),
        };
    }

    /// <summary>A model and the data to train it further on.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="data">A built-in name, a folder, or a table.</param>
    /// <param name="options">How a table is read. The columns of a model of this project are found by their names.</param>
    /// <exception cref="OnnxException">The file is not read.</exception>
    /// <exception cref="HybridException">The data cannot be read, or do not fit the file.</exception>
    public static (Model Model, DataSet Data) Load(string path, string data, TableOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var (own, foreign) = ModelFile.Open(path);
        var source = options.Source;

        if (own is null)
        {
            var sets = DataSource.load(source, data);
            var model = foreign!.For(sets.Train);
            // the classes of the file may be more than those of the data, or in another order
            return (model, Together(model, TableModule.forSchema(model.Schema, sets.Train),
                sets.Test is { } other ? TableModule.forSchema(model.Schema, other.Value) : null));
        }

        var table = new ModelCsvOptions(options.Header ? null : false, evaluate: true, source.Csv.Target);
        var (rows, test) = DataSource.loadPartsFor(own.Schema, source, table, data);
        return (own, Together(own, rows, test?.Value));
    }

    static DataSet Together(Model model, TableRows rows, TableRows? test) =>
        new(model.Named(rows), test is null ? null : new DataSet(model.Named(test)));

    /// <summary>Names that are numbers are no names: then the first row is data.</summary>
    static bool HasHeader(string data)
    {
        if (!File.Exists(data) || DataSource.names.Contains(data) || RegularFile.isOther(data))
            return true;

        using var reader = new StreamReader(data);
        var start = new char[4096];
        var row = new string(start, 0, reader.ReadBlock(start)).Split('\n')[0];
        return !row.Split(',', ';', '\t').Any(field =>
            double.TryParse(field.Trim(' ', '"', '\r'), NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }
}
