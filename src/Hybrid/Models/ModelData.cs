using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A model together with data with targets, read once, to measure, check, examine or train it further. A model of
/// this library finds its columns by name; a file without names takes those of the data.</summary>
public sealed class ModelData
{
    readonly Models.ModelData value;

    ModelData(Models.ModelData value)
    {
        this.value = value;
        Model = new Model(value.Model);
        Examples = new TableData(value.Rows, value.Test is { } test ? new TableData(test.Value) : null);
    }

    /// <summary>A model file with data to measure it on.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="data">A built-in name, a folder, or a table, whose header is recognised.</param>
    /// <param name="target">The name of a table's target, if it differs from that of the training data, or is not the last
    /// column.</param>
    /// <exception cref="OnnxException">The file cannot be read.</exception>
    /// <exception cref="HybridException">The data cannot be read or does not fit the file.</exception>
    public static ModelData Load(string path, string data, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(data);
        return Load(ModelFile.Open(path), null, new TableOptions { Target = target }, data);
    }

    /// <summary>A model file with data to train it further.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="data">A built-in name, a folder, or a table.</param>
    /// <param name="options">How a table is read. The columns of a model of this library are found by their names.</param>
    /// <exception cref="OnnxException">The file cannot be read.</exception>
    /// <exception cref="HybridException">The data cannot be read or does not fit the file.</exception>
    public static ModelData Load(string path, string data, TableOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        return Load(ModelFile.Open(path), options.Header, options, data);
    }

    /// <summary>A model with data to measure it on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">A built-in name, a folder, or a table, whose header is recognised.</param>
    /// <param name="target">The name of a table's target, if it differs from that of the training data.</param>
    /// <exception cref="HybridException">The data cannot be read or does not fit the model.</exception>
    public static ModelData Load(Model model, string data, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return Load(Models.ModelFile.NewOwn(model.Value), null, new TableOptions { Target = target }, data);
    }

    /// <summary>The model, with names for its columns and classes.</summary>
    public Model Model { get; }

    /// <summary>The data, with the model's columns and classes, and the test part that comes with it.</summary>
    public TableData Examples { get; }

    /// <summary>A part of the data, reproduced as it was for training.</summary>
    /// <param name="part">Null for all examples, or for the test part of data that comes with one.</param>
    /// <exception cref="HybridException">The part cannot be reproduced: this is not the training data, or training had no such
    /// part.</exception>
    public Selection Select(DataPart? part = null) =>
        Selection.Of(Models.ModelDataModule.select(part is { } asked ? FSharpOption<Models.Part>.Some(Selection.PartOf(asked)) : null, value));

    /// <summary>The examples that the model was trained on, and held-out ones: those of its test part, or else
    /// of its validation part. Data that does not appear to be the training data is used whole, with nothing held
    /// out.</summary>
    public (Selection Training, Selection? HeldOut) SelectTraining()
    {
        var (training, heldOut) = Models.ModelDataModule.training(value);
        return (Selection.Of(training), heldOut is { } there ? Selection.Of(there.Value) : null);
    }

    static ModelData Load(Models.ModelFile file, bool? header, TableOptions options, string data) =>
        new(Models.ModelDataModule.load(OptionModule.OfNullable(header), options.Source, data, file));
}
