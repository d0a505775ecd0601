using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A model together with data with targets, read once, to measure, check, examine or train it further. A model of
/// this library finds its columns by name; a file without names takes those of the data.</summary>
public sealed class ModelData
{
    readonly Models.FSharpModelData value;
    readonly Lazy<TableData> examples;

    ModelData(Models.FSharpModelData value)
    {
        this.value = value;
        Model = new Model(value.Model);
        examples = new(() => new TableData(value.Rows, value.Test is { } test ? new TableData(test.Value) : null));
    }

    /// <summary>A model's file with data to measure it on or to train it further.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="data">A built-in name, a folder, or a table.</param>
    /// <param name="options">How a table is read: a header is recognised, and the target is that of the training data, or for other
    /// files the last column, unless the options say otherwise.</param>
    /// <exception cref="OnnxException">The file cannot be read.</exception>
    /// <exception cref="HybridException">The data cannot be read, or do not fit the file.</exception>
    public static ModelData Load(string path, string data, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(data);
        return Load(ModelFile.Open(path), options, data);
    }

    /// <summary>A model with data to measure it on or to train it further.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">As for <see cref="Load(string, string, TableOptions?)"/>.</param>
    /// <param name="options">As for <see cref="Load(string, string, TableOptions?)"/>.</param>
    /// <exception cref="HybridException">The data cannot be read, or do not fit the model.</exception>
    public static ModelData Load(Model model, string data, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return Load(Models.ModelFile.NewOwn(model.Value), options, data);
    }

    /// <summary>The model, with names for its columns and classes.</summary>
    public Model Model { get; }

    /// <summary>The data, with the model's columns and classes, and the test part that comes with it.</summary>
    public TableData Examples => examples.Value;

    /// <summary>What was found about the data: when it was read, what may make results look better than they are, and what the
    /// model's training shows.</summary>
    public IReadOnlyList<TableNote> Notes => TableNote.Of(Models.ModelDataModule.notes(value));

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

    static ModelData Load(Models.ModelFile file, TableOptions? options, string data) =>
        new(Models.ModelDataModule.load((options ?? new()).Source, data, file));
}
