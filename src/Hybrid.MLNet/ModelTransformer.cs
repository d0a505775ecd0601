using Microsoft.ML;
using Microsoft.ML.Data;

namespace Hybrid.MLNet;

/// <summary>Appends a model's predictions: of a quantity Score; of classes Score, the probability of each, and PredictedLabel, a key; of
/// the classes False and True Score, the logarithm of their odds, Probability, that of True, and PredictedLabel, a Boolean. They are
/// computed row by row when they are read.</summary>
public sealed class ModelTransformer : ITransformer
{
    readonly string features;
    readonly OutputColumn[] outputs;

    /// <summary>A model as it is, trained or loaded.</summary>
    /// <param name="model">The model; of classes the keys are in its order.</param>
    /// <param name="featureColumnName">A vector of Single with a number for each of the model's columns.</param>
    /// <exception cref="HybridException">The model predicts labels, each yes or no.</exception>
    public ModelTransformer(Model model, string featureColumnName = "Features") : this(model, featureColumnName, null, null)
    {
    }

    internal ModelTransformer(Model model, string featureColumnName, string[]? keys, DataViewSchema.Annotations? annotations)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(featureColumnName);
        if (model.HasLabels)
            throw new HybridException($"The model predicts the labels {Printable.quote(model.TargetName)}, for which ML.NET has no columns.");

        (Model, features) = (model, featureColumnName);
        outputs = OutputColumn.Of(model, keys, annotations);
    }

    /// <summary>The model, which <see cref="Model.Save(string)"/> writes as an ONNX file for ApplyOnnxModel.</summary>
    public Model Model { get; }

    /// <summary>Always true: each row is predicted by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The columns after this step.</summary>
    /// <param name="inputSchema">Those before it.</param>
    /// <exception cref="HybridException">The features are absent or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema).OutputSchema;

    /// <summary>The data with the predictions.</summary>
    /// <param name="input">Data with the features.</param>
    /// <exception cref="HybridException">The features are absent or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new PredictedView(input, Mapper(input.Schema));
    }

    /// <summary>Predictions for rows, as a PredictionEngine asks for them.</summary>
    /// <param name="inputSchema">The columns of the rows.</param>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Mapper(inputSchema);

    /// <summary>Not supported: ML.NET's files can be written by its own parts only.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        "ML.NET's files hold its own parts only. Save the model as ONNX, by Model.Save, and read it by ApplyOnnxModel or Model.Load.");

    PredictionMapper Mapper(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new PredictionMapper(Model, features, outputs, schema);
    }
}
