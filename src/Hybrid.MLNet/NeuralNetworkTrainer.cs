using Microsoft.ML;
using Microsoft.ML.Data;

namespace Hybrid.MLNet;

/// <summary>Trains a network of Hybrid in a pipeline of ML.NET. What it learns follows from the label: of Booleans two classes, of keys
/// classes, of numbers a quantity.</summary>
public sealed class NeuralNetworkTrainer : IEstimator<ModelTransformer>
{
    readonly string label, features;
    readonly string? weight;
    readonly TrainingOptions options;

    /// <summary>A trainer.</summary>
    /// <param name="labelColumnName">Boolean, key or Single. Examples without a label are left out.</param>
    /// <param name="featureColumnName">A vector of Single of fixed length, or a Single; NaN is a missing value. Standardization is part of
    /// the network.</param>
    /// <param name="exampleWeightColumnName">Single: how much each example counts. Null: all alike.</param>
    /// <param name="options">How to train. By default nothing is held out as a test part, since ML.NET splits by itself.</param>
    public NeuralNetworkTrainer(
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labelColumnName);
        ArgumentNullException.ThrowIfNull(featureColumnName);
        (label, features, weight) = (labelColumnName, featureColumnName, exampleWeightColumnName);
        this.options = options ?? new() { TestFraction = 0 };
    }

    /// <summary>Trains a network.</summary>
    /// <param name="input">Examples with the label and the features.</param>
    /// <exception cref="HybridException">A column is absent or of another type, an option is out of range, or training
    /// fails.</exception>
    public ModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var labelColumn = Views.Column(input.Schema, label);
        var featureColumn = Views.Column(input.Schema, features);
        DataViewSchema.Column? weightColumn = weight is null ? null : Views.Column(input.Schema, weight);
        var names = labelColumn.Type is KeyDataViewType ? Views.KeyNames(labelColumn) : null;

        var (examples, labels, weights) = Read(input, labelColumn, featureColumn, weightColumn);
        string[]? columns = featureColumn.Type is VectorDataViewType vector ? Views.SlotNames(featureColumn, vector.Size) : [featureColumn.Name];
        var table = labelColumn.Type switch
        {
            BooleanDataViewType => TableData.FromArrays(examples, [.. labels.Select(one => one == 0 ? bool.FalseString : bool.TrueString)], columns),
            KeyDataViewType => TableData.FromArrays(examples, [.. labels.Select(key => names![(int)key - 1])], columns),
            _ => TableData.FromArrays(examples, labels, columns),
        };

        var model = Trainer.Train(weights is null ? table : table.WithWeights(weights), options).Model;
        return names is null
            ? new ModelTransformer(model, features)
            : new ModelTransformer(model, features, names, labelColumn.Annotations);
    }

    /// <summary>The columns of a pipeline after this step: Score, and for classes PredictedLabel, for two of them Probability
    /// too.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var context = new MLContext();
        var shape = inputSchema.FirstOrDefault(column => column.Name == label);

        // shapes cannot be made outside of ML.NET: those of its own trainers are the same
        return shape.ItemType is BooleanDataViewType
            ? context.BinaryClassification.Trainers.SdcaLogisticRegression(label, features).GetOutputSchema(inputSchema)
            : shape.IsKey
                ? context.MulticlassClassification.Trainers.SdcaMaximumEntropy(label, features).GetOutputSchema(inputSchema)
                : context.Regression.Trainers.Sdca(label, features).GetOutputSchema(inputSchema);
    }

    static (List<float[]> Examples, List<float> Labels, List<double>? Weights) Read(
        IDataView input, DataViewSchema.Column label, DataViewSchema.Column features, DataViewSchema.Column? weight)
    {
        var (examples, labels, weights) = (new List<float[]>(), new List<float>(), weight is null ? null : new List<double>());
        using var cursor = input.GetRowCursor(weight is { } third ? [label, features, third] : [label, features]);
        var example = FeatureReader.Of(cursor, features);
        var target = Label(cursor, label);
        var importance = weight is { } column ? Single(cursor, column) : null;

        while (cursor.MoveNext())
        {
            if (target() is not { } known)
                continue;

            examples.Add([.. example()]);
            labels.Add(known);
            weights?.Add(importance!());
        }

        return (examples, labels, weights);
    }

    /// <summary>Reads labels as numbers; null where one is missing.</summary>
    static Func<float?> Label(DataViewRow row, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case BooleanDataViewType:
                var boolean = row.GetGetter<bool>(column);
                return () =>
                {
                    var given = false;
                    boolean(ref given);
                    return given ? 1 : 0;
                };
            case KeyDataViewType:
                var key = Views.KeyGetter(row, column);
                return () => key() is > 0 and var given ? given : null;
            default:
                var number = Single(row, column);
                return () =>
                {
                    var given = number();
                    return float.IsNaN(given) ? null : given;
                };
        }
    }

    static Func<float> Single(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type.RawType != typeof(float))
            throw new HybridException(
                $"The column {Printable.quote(column.Name)} is of the type {column.Type}, and must be Single"
                + " (of a label: Boolean, key or Single). Convert it by ConvertType or MapValueToKey.");

        var getter = row.GetGetter<float>(column);
        return () =>
        {
            var given = 0f;
            getter(ref given);
            return given;
        };
    }
}
