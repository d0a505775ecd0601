using Microsoft.ML;
using Microsoft.ML.Data;

namespace Hybrid.MLNet;

/// <summary>Rows with a model's predictions behind their own columns.</summary>
sealed class PredictionMapper : IRowToRowMapper
{
    readonly Model model;
    readonly DataViewSchema.Column features;
    readonly OutputColumn[] outputs;

    /// <exception cref="HybridException">The features are absent, or not as many as the model has columns.</exception>
    public PredictionMapper(Model model, string featureColumn, OutputColumn[] outputs, DataViewSchema input)
    {
        (this.model, this.outputs) = (model, outputs);
        features = Views.Column(input, featureColumn);
        if (features.Type is VectorDataViewType { Size: var size } && size != model.Inputs)
            throw new HybridException($"The column {Printable.quote(featureColumn)} has {size} numbers, and the model {model.Inputs} columns.");

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var column in outputs)
            builder.AddColumn(column.Name, column.Type, column.Annotations);

        (InputSchema, OutputSchema) = (input, builder.ToSchema());
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The columns of the input that some columns of the output need.</summary>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        DataViewSchema.Column[] wanted = [.. dependingColumns];
        return InputSchema.Where(column =>
            wanted.Any(one => one.Index == column.Index)
            || (column.Index == features.Index && wanted.Any(one => one.Index >= InputSchema.Count)));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new PredictedRow(input, Of(input, activeColumns));

    public PredictedColumns Of(DataViewRow input, IEnumerable<DataViewSchema.Column> active) =>
        new(input, OutputSchema, [.. active.Select(column => column.Index)], outputs, () => Outputs(input));

    /// <summary>Reads the outputs for the row where the input is, once for all columns.</summary>
    Func<float[]> Outputs(DataViewRow input)
    {
        var example = FeatureReader.Of(input, features);
        var predicted = new float[model.Network.Outputs];
        var position = -1L;
        return () =>
        {
            if (position != input.Position)
                model.Predict(example(), predicted);
            position = input.Position;
            return predicted;
        };
    }
}
