using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace Hybrid.MLNet.Tests;

public sealed class TrainerTests
{
    static readonly TrainingOptions quick = new() { Epochs = 100, TestFraction = 0 };

    readonly MLContext context = new(seed: 1);

    /// <summary>iris with the classes as texts, one in two of them as a Boolean, and a petal's width as a quantity.</summary>
    sealed class Flower
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public string Species { get; set; } = "";

        public bool IsSetosa { get; set; }

        public float Width { get; set; }

        public float Importance { get; set; } = 1;
    }

    IDataView Flowers()
    {
        var iris = TableData.Load("iris");
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, iris.Count).Select(index => new Flower
        {
            Features = iris[index].ToArray(),
            Species = iris.Classes![(int)iris.Target(index)],
            IsSetosa = iris.Target(index) == 0,
            Width = iris[index][3],
            Importance = index % 2 == 0 ? 1 : 2,
        }).ToArray());
    }

    static T[] Column<T>(IDataView view, string name) => [.. view.GetColumn<T>(name)];

    [Fact]
    public void Classes_are_learned_in_a_pipeline_and_scored_as_by_the_model()
    {
        var flowers = Flowers();
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Species")
            .Append(context.MulticlassClassification.Trainers.NeuralNetwork(options: quick))
            .Append(context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
        var chain = pipeline.Fit(flowers);
        var predicted = chain.Transform(flowers);

        var model = chain.OfType<ModelTransformer>().Single().Model;
        var (scores, names) = (Column<float[]>(predicted, "Score"), Column<string>(predicted, "Name"));
        foreach (var (row, features) in Column<float[]>(flowers, "Features").Index())
        {
            Assert.Equal(model.Predict(features), scores[row]);
            Assert.Equal(model.Classify(features), names[row]);
        }

        VBuffer<ReadOnlyMemory<char>> slots = default;
        predicted.Schema["Score"].GetSlotNames(ref slots);
        Assert.Equal(model.Classes, slots.DenseValues().Select(name => name.ToString()));
        Assert.InRange(context.MulticlassClassification.Evaluate(predicted).MacroAccuracy, 0.93, 1);
        Assert.Equal(
            ["Score", "PredictedLabel"],
            pipeline.GetOutputSchema(SchemaShapeOf(flowers)).Select(column => column.Name)
                .Where(name => name is "Score" or "PredictedLabel").OrderDescending());
    }

    [Fact]
    public void Cross_validation_measures_each_fold()
    {
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Species")
            .Append(context.MulticlassClassification.Trainers.NeuralNetwork(options: quick));
        var folds = context.MulticlassClassification.CrossValidate(Flowers(), pipeline, numberOfFolds: 3);
        Assert.Equal(3, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.85, 1));
    }

    [Fact]
    public void Keys_in_any_order_and_without_examples_have_their_scores()
    {
        var flowers = context.Data.FilterRowsByColumn(Flowers(), "Width", lowerBound: 1);
        string[] keys = ["virginica", "nothing", "versicolor"];
        var labelled = context.Transforms.Conversion.MapValueToKey("Label", "Species", keyData: KeyData(keys))
            .Fit(flowers).Transform(flowers);

        var transformer = new NeuralNetworkTrainer(options: quick).Fit(labelled);
        var predicted = transformer.Transform(labelled);
        var model = transformer.Model;
        Assert.Equal(["versicolor", "virginica"], model.Classes);
        foreach (var (row, score) in Column<float[]>(predicted, "Score").Index())
        {
            var expected = model.Predict(Column<float[]>(flowers, "Features")[row]);
            Assert.Equal((float[])[expected[1], 0, expected[0]], score);
            if (row > 5)
                break;
        }

        Assert.InRange(context.MulticlassClassification.Evaluate(predicted).MicroAccuracy, 0.9, 1);
    }

    IDataView KeyData(string[] names) => context.Data.LoadFromEnumerable(names.Select(name => new KeyName { Species = name }));

    sealed class KeyName
    {
        public string Species { get; set; } = "";
    }

    [Fact]
    public void Two_classes_have_a_probability_and_the_logarithm_of_their_odds()
    {
        var flowers = Flowers();
        var trainer = context.BinaryClassification.Trainers.NeuralNetwork("IsSetosa", exampleWeightColumnName: "Importance", options: quick);
        var transformer = trainer.Fit(flowers);
        var predicted = transformer.Transform(flowers);

        var (scores, probabilities, labels) =
            (Column<float>(predicted, "Score"), Column<float>(predicted, "Probability"), Column<bool>(predicted, "PredictedLabel"));
        foreach (var (row, features) in Column<float[]>(flowers, "Features").Index())
        {
            var expected = transformer.Model.Predict(features);
            Assert.Equal(expected[1], probabilities[row]);
            Assert.Equal(Math.Log(expected[1]) - Math.Log(expected[0]), scores[row], 1e-4);
            Assert.Equal(expected[1] > expected[0], labels[row]);
        }

        var metrics = context.BinaryClassification.Evaluate(predicted, "IsSetosa");
        Assert.Equal((1.0, 1.0), (metrics.AreaUnderRocCurve, metrics.Accuracy));
        Assert.All(
            context.BinaryClassification.CrossValidate(flowers, trainer, 3, "IsSetosa"),
            fold => Assert.InRange(fold.Metrics.Accuracy, 0.9, 1));
        Assert.Contains("Probability", trainer.GetOutputSchema(SchemaShapeOf(flowers)).Select(column => column.Name));
    }

    [Fact]
    public void A_quantity_has_a_score_and_single_rows_are_predicted()
    {
        var flowers = Flowers();
        var chain = context.Transforms.CopyColumns("Label", "Width")
            .Append(context.Regression.Trainers.NeuralNetwork(options: quick)).Fit(flowers);
        Assert.InRange(context.Regression.Evaluate(chain.Transform(flowers)).RSquared, 0.9, 1);

        using var engine = context.Model.CreatePredictionEngine<Flower, Width>(chain);
        foreach (float[] features in (float[][])[[5.1f, 3.5f, 1.4f, 0.2f], [6.8f, 3, 5.9f, 2.3f]])
            Assert.Equal(chain.LastTransformer.Model.Predict(features)[0], engine.Predict(new Flower { Features = features }).Score);
    }

    sealed class Width
    {
        public float Score { get; set; }
    }

    [Fact]
    public void A_saved_model_gives_the_same_scores_by_ApplyOnnxModel()
    {
        var flowers = Flowers();
        var labelled = context.Transforms.Conversion.MapValueToKey("Label", "Species").Fit(flowers).Transform(flowers);
        var transformer = new NeuralNetworkTrainer(options: quick).Fit(labelled);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.onnx");

        try
        {
            transformer.Model.Save(file);
            var onnx = context.Transforms.CopyColumns("input", "Features")
                .Append(context.Transforms.ApplyOnnxModel("probabilities", "input", file)).Fit(flowers);
            var expected = Column<float[]>(transformer.Transform(labelled), "Score");
            foreach (var (row, actual) in Column<float[]>(onnx.Transform(flowers), "probabilities").Index())
                for (var i = 0; i < actual.Length; i++)
                    Assert.Equal(expected[row][i], actual[i], 1e-5);

            // the same file as a step of Hybrid's own
            var loaded = new ModelTransformer(Model.Load(file)).Transform(flowers);
            Assert.Equal(expected, Column<float[]>(loaded, "Score"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        var flowers = Flowers();
        Assert.Contains("no column «Label»", Fails(() => new NeuralNetworkTrainer().Fit(flowers)));
        Assert.Contains("must be Single", Fails(() => new NeuralNetworkTrainer("Species").Fit(flowers)));
        Assert.Contains("Concatenate", Fails(() => new NeuralNetworkTrainer("Width", "Species").Fit(flowers)));

        var transformer = new NeuralNetworkTrainer("Width", options: quick).Fit(flowers);
        var narrow = context.Transforms.Concatenate("Features", "Width", "Importance").Fit(flowers).Transform(flowers);
        Assert.Contains("has 2 numbers, and the model 4 columns", Fails(() => transformer.Transform(narrow)));
        Assert.Throws<NotSupportedException>(() => context.Model.Save(transformer, flowers.Schema, new MemoryStream()));
    }

    static string Fails(Func<object> work) => Assert.ThrowsAny<HybridException>(work).Message;

    /// <summary>As ML.NET sees columns before there are data; only its own parts can ask.</summary>
    static SchemaShape SchemaShapeOf(IDataView view) => (SchemaShape)typeof(SchemaShape)
        .GetMethod("Create", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.Invoke(null, [view.Schema])!;
}
