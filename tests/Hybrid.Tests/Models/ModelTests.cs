using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class ModelTests
{
    static readonly TrainingOptions Quick = new() { Hidden = [8], Epochs = 30, Threads = 1, LearningRate = 0.01 };

    static readonly TableData Mixed = Tables.Mixed(200, true);

    static readonly Model Classifier = Trainer.Train(Mixed, Quick).Model;

    [Fact]
    public void A_class_is_the_most_probable_one()
    {
        for (var i = 0; i < 20; i++)
        {
            var probabilities = Classifier.Predict(Mixed[i]);
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(
                Classifier.Classes![Array.IndexOf(probabilities, probabilities.Max())], Classifier.Classify(Mixed[i]));
        }
    }

    [Fact]
    public void Values_are_read_as_in_tables()
    {
        Assert.Equal([41.5, 1, -3e4, double.NaN], Classifier.Parse("41.5", "green", " -3e4", ""));
        Assert.Equal([double.NaN, double.NaN, 0, 1], Classifier.Parse("NA", "?", "0", "1"));

        void Refuses(string part, params string[] values) =>
            Assert.Contains(part, Assert.Throws<HybridException>(() => Classifier.Parse(values)).Message, StringComparison.Ordinal);

        Refuses("«pink» is not a category of the column «colour»: blue, green, red", "1", "pink", "1", "1");
        Refuses("«1,5» is not a number", "1", "red", "1,5", "1");
        Refuses("«inf» is not a number", "1", "red", "inf", "1");
        Refuses("4 values, one for each column, not 2", "1", "red");
    }

    [Fact]
    public void Measures_are_those_of_the_examples()
    {
        var measures = Classifier.Evaluate(Mixed);
        var right = Enumerable.Range(0, 200).Count(i => Classifier.Classes![(int)Mixed.Target(i)] == Classifier.Classify(Mixed[i]));
        Assert.Equal(right / 200.0, measures.Accuracy!.Value, 1e-12);
        Assert.Equal(200, measures.Examples);
        Assert.Equal(right, Enumerable.Range(0, 3).Sum(i => measures.Confusion![i][i]));
        Assert.Equal([.. Classifier.Classes!], measures.Classes!.Select(one => one.Name));
        Assert.Null(measures.RSquared);
        Assert.StartsWith("accuracy ", measures.ToString(), StringComparison.Ordinal);

        var part = Mixed.Subset(Enumerable.Range(0, 50));
        Assert.Equal(50, Classifier.Evaluate(part).Examples);

        var quantity = Trainer.Train(Tables.Mixed(200, false), Quick).Model;
        var errors = quantity.Evaluate(Tables.Mixed(200, false));
        Assert.Equal(errors.RootMeanSquareError!.Value * errors.RootMeanSquareError.Value, errors.Loss, 1e-2);
        Assert.Null(errors.Accuracy);
        Assert.StartsWith("RMSE ", errors.ToString(), StringComparison.Ordinal);
        Assert.Throws<TableException>(() => quantity.Evaluate(Mixed));
        Assert.Throws<HybridException>(() => Classifier.Evaluate(Mixed.Subset([])));
        Assert.Throws<TableException>(() => Classifier.Evaluate(TableData.Load("iris")));
        Assert.Throws<HybridException>(() => quantity.Classify(Mixed[0]));
        Assert.Throws<HybridException>(() => Classifier.Classify([1, 2]));
    }

    [Fact]
    public void New_data_are_matched_by_name()
    {
        // fewer categories and one class, columns in a different order and one too many
        var same = Enumerable.Range(0, 200).Where(i => Mixed.Target(i) == 0 && Mixed[i][1] is 1 or 2 && !float.IsNaN(Mixed[i].ToArray().Sum())).ToArray();
        var moved = TableData.From(
            same, _ => "low", ("score", i => Mixed[i][3]), ("other", _ => 7), ("income", i => Mixed[i][2]),
            ("colour", i => Mixed[i][1] == 1 ? "green" : "red"), ("age", i => Mixed[i][0]));

        Assert.Equal(Classifier.Predict(Mixed.Subset(same)), Classifier.Predict(moved));
        Assert.Equal(Classifier.Evaluate(Mixed.Subset(same)).Loss, Classifier.Evaluate(moved).Loss, 1e-9);
        Assert.True(Trainer.Train(Mixed, new TrainingOptions { From = Classifier, Epochs = 1 }).Train.Accuracy > 0.5);

        void Refuses(string part, TableData data) => Assert.Contains(
            part, Assert.Throws<TableException>(() => Classifier.Predict(data)).Message, StringComparison.Ordinal);

        Refuses("lacks 4 columns of the model: age, colour, income, score. It has 1 column: x", TableData.From([1], _ => 1, ("x", _ => 1)));
        (string, Func<int, object?>)[] Columns(object colour, object age) =>
            [("age", _ => age), ("colour", _ => colour), ("income", _ => 1), ("score", _ => 1)];
        Refuses("does not know the category «pink»", TableData.From([1], _ => 1, Columns("pink", 1)));
        Refuses("«colour» holds numbers", TableData.From([1], _ => 1, Columns(2, 1)));
        Refuses("«age» holds text", TableData.From([1], _ => 1, Columns("red", "old")));
    }

    [Fact]
    public void The_callers_networks_become_models()
    {
        using var folder = new TemporaryFolder();
        var network = NeuralNetwork.FromSizes([2, 3]);
        var model = Model.Create(network, ["width", "height"], ["a", "b", "c"], "shape");
        model.Save(folder.File("own.onnx"));
        var read = Model.Load(folder.File("own.onnx"));
        Assert.Equal(("shape", "scores"), (read.TargetName, read.OutputName));
        Assert.Equal(model.Classify([1, 2]), read.Classify([1, 2]));
        Assert.Equal(network.Predict([1, 2]), model.Predict([1, 2]));
        Assert.Throws<HybridException>(() => Model.Create(network, ["width"], ["a", "b", "c"]));
        Assert.Throws<HybridException>(() => Model.Create(network, ["width", "height"]));
        Assert.Throws<TableException>(() => Model.Create(network, ["width", "width"], ["a", "b", "c"]));
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("log-softmax")]
    [InlineData("sigmoid")]
    public void The_output_name_is_that_of_the_last_layers_computation_whatever_its_name(string name)
    {
        Assert.Equal("scores", Called(name, Activation.relu).OutputName);
        Assert.Equal("probabilities", Called(name, Activation.softmax).OutputName);
        Assert.Equal("probabilities", Called("relu", Activation.sigmoid).OutputName);

        static Model Called(string name, Core.Network network)
        {
            var layer = network.Layers.Single();
            return Model.Create(
                new NeuralNetwork(NetworkModule.ofLayer(new Layer(name, layer.Parameters, layer.Form)), 2),
                ["width", "height"], ["a", "b"]);
        }
    }

    [Fact]
    public void Tables_are_predicted_part_by_part()
    {
        using var folder = new TemporaryFolder();
        var model = Trainer.Train(TableData.Load("iris"), Quick).Model;
        var iris = TableData.Load("iris");
        var answers = new List<double>();
        model.PredictFile("iris", rows => answers.AddRange(rows.Outputs));
        Assert.Equal(150 * 3, answers.Count);
        Assert.Equal(model.Predict(iris.Values(149)), answers[^3..]);
    }

    [Fact]
    public void A_loaded_model_equals_the_saved_one()
    {
        using var folder = new TemporaryFolder();
        Classifier.Save(folder.File("model.onnx"));
        var read = Model.Load(folder.File("model.onnx"));
        Assert.Equal(Classifier.Columns.Select(column => column.Name), read.Columns.Select(column => column.Name));
        Assert.Equal(Classifier.Columns[1].Categories, read.Columns[1].Categories);
        Assert.Equal("level", read.TargetName);
        Assert.Equal(Classifier.Evaluate(Mixed).Accuracy, read.Evaluate(Mixed).Accuracy);
        Assert.Contains("level from 4 columns: 2-layer network", read.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_goes_through_streams_and_bytes()
    {
        var bytes = Classifier.ToBytes();
        using var stream = new MemoryStream();
        Classifier.Save(stream);
        Assert.Equal(bytes, stream.ToArray());
        stream.Position = 0;
        Assert.Equal(bytes, Model.Load(stream).ToBytes());
        Assert.Equal(bytes, Model.Load(bytes).ToBytes());

        var network = NeuralNetwork.FromSizes([2, 3]);
        using var plain = new MemoryStream();
        network.Save(plain);
        plain.Position = 0;
        Assert.Equal(network.ToBytes(), NeuralNetwork.Load(plain).ToBytes());
        Assert.Equal(network.Predict([1, 2]), NeuralNetwork.Load(network.ToBytes()).Predict([1, 2]));
        Assert.Contains(
            "the model: is not an ONNX file", Assert.Throws<OnnxException>(() => Model.Load([1, 2, 3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_network_keeps_the_schema()
    {
        var halved = Classifier.Network.WithParameters(parameter => Array.ConvertAll(parameter.Values.ToArray(), value => value / 2));
        var model = Classifier.WithNetwork(halved);
        Assert.Equal(Classifier.Columns[1].Categories, model.Columns[1].Categories);
        Assert.Equal(Classifier.Classes, model.Classes);
        Assert.Equal(halved.Predict(Mixed[0]), model.Predict(Mixed[0]));
        Assert.Null(model.Option("seed"));
        Assert.Throws<HybridException>(() => Classifier.WithNetwork(NeuralNetwork.FromSizes([4, 2])));
        Assert.ThrowsAny<HybridException>(() => Classifier.WithNetwork(Classifier.Network.Linear(3).Then(NeuralNetwork.FromSizes([3, 1]))));
    }

    [Fact]
    public void Probabilities_have_the_names_of_their_classes()
    {
        var probabilities = Classifier.Probabilities(Mixed[0]);
        Assert.Equal([.. Classifier.Classes!], probabilities.Keys);
        Assert.Equal(Classifier.Predict(Mixed[0]), probabilities.Values);
        var scores = Model.Create(NeuralNetwork.FromSizes([1, 2]), ["x"], ["a", "b"]);
        Assert.Contains("returns scores", Assert.Throws<HybridException>(() => scores.Probabilities([1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_decides_for_its_class()
    {
        foreach (var (name, probability) in Classifier.Probabilities(Mixed[0]))
        {
            Assert.Equal(name, Classifier.Classify(Mixed[0], name, probability));
            Assert.NotEqual(name, Classifier.Classify(Mixed[0], name, Math.BitIncrement((double)probability)));
        }

        Assert.Throws<OptionException>(() => Classifier.Classify(Mixed[0], Classifier.Classes![0], 1.5));
        Assert.Throws<HybridException>(() => Classifier.Classify(Mixed[0], "none", 0.5));
    }
}
