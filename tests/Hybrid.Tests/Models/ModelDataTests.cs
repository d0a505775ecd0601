using System.Globalization;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Training further from a file.</summary>
public sealed class ModelDataTests : IDisposable
{
    const int Examples = 30;
    const double Rate = 0.5;

    /// <summary>One step of gradient descent on all examples at once.</summary>
    static readonly TrainingOptions oneStep = new()
    {
        Optimizer = "sgd",
        LearningRate = Rate,
        Epochs = 1,
        BatchSize = Examples,
        ValidationFraction = 0,
        TestFraction = 0,
        Threads = 1,
    };

    static readonly string[] levels = ["low", "middle", "high"];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A table of four columns and a target, in this order.</summary>
    string Table(Func<int, string> target, string name = "data.csv")
    {
        var numbers = Fixture.Draw(4 * Examples);
        File.WriteAllLines(folder.File(name),
        [
            "a,b,c,d,target",
            .. Enumerable.Range(0, Examples).Select(i => string.Join(',',
                numbers[(4 * i)..(4 * i + 4)].Select(x => x.ToString("R", CultureInfo.InvariantCulture)).Append(target(i)))),
        ]);
        return folder.File(name);
    }

    static double[][] Rows() => [.. Fixture.Draw(4 * Examples).Select(x => (double)x).Chunk(4)];

    static (TrainingReport Report, Model From) Train(string fixture, string data, TrainingOptions options, TaskKind task = TaskKind.Guess)
    {
        var read = ModelData.Load(new Fixture(fixture).Path, data, new TableOptions { Task = task });
        var (model, examples) = (read.Model, read.Examples);
        return (Trainer.Train(examples, options with { From = model }), model);
    }

    static Dictionary<string, double[]> Parameters(Core.Network network) =>
        NetworkModule.parameters(network).ToDictionary(pair => pair.Item1, pair => Reference.value(pair.Item2));

    static double[] Softmax(double[] z) => [.. z.Select(x => Math.Exp(x) / z.Sum(Math.Exp))];

    static double[] Layer(double[] weight, double[] bias, double[] x) =>
        [.. bias.Select((b, i) => b + x.Select((value, j) => value * weight[i * x.Length + j]).Sum())];

    static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
    }

    /// <summary>One step of the mean loss of x → W₂ relu(W₀ x + b₀) + b₂ → dz, worked out here.</summary>
    static Dictionary<string, double[]> Step(Dictionary<string, double[]> p, Func<double[], int, double[]> slope)
    {
        var next = p.ToDictionary(pair => pair.Key, pair => (double[])pair.Value.Clone());
        foreach (var (x, i) in Rows().Select((x, i) => (x, i)))
        {
            var h = Layer(p["0.weight"], p["0.bias"], x).Select(value => Math.Max(0, value)).ToArray();
            var dz = slope(Layer(p["2.weight"], p["2.bias"], h), i);
            for (var o = 0; o < dz.Length; o++)
            {
                next["2.bias"][o] -= Rate * dz[o] / Examples;
                for (var u = 0; u < h.Length; u++)
                {
                    next["2.weight"][o * h.Length + u] -= Rate * dz[o] * h[u] / Examples;
                    if (h[u] <= 0)
                        continue;

                    var dh = dz[o] * p["2.weight"][o * h.Length + u];
                    next["0.bias"][u] -= Rate * dh / Examples;
                    for (var j = 0; j < x.Length; j++)
                        next["0.weight"][u * x.Length + j] -= Rate * dh * x[j] / Examples;
                }
            }
        }

        return next;
    }

    static double[] CrossEntropySlope(double[] z, int label) => [.. Softmax(z).Select((p, c) => p - (c == label ? 1 : 0))];

    [Fact]
    public void One_epoch_of_plain_descent_is_one_step_of_the_mean_loss()
    {
        var data = Table(i => $"{i % 3}");
        var (report, from) = Train("torch-relu", data, oneStep);
        var before = Parameters(new Fixture("torch-relu").Network);
        var expected = Step(before, (z, i) => CrossEntropySlope(z, i % 3));
        var after = Parameters(report.Model.Network.Value);

        Assert.Equal(["0.bias", "0.weight", "2.bias", "2.weight"], after.Keys.Order());
        Assert.All(expected, pair => Near(pair.Value, after[pair.Key]));
        Assert.Equal(["linear", "relu", "linear", "softmax"], report.Model.Network.Value.Layers.Select(layer => layer.Kind));
        Assert.Equal("softmax", from.Loss);
    }

    [Fact]
    public void Numeric_classes_are_output_indices_even_if_some_are_missing()
    {
        var data = Table(i => i % 2 == 0 ? "0" : "2");
        var (report, from) = Train("torch-relu", data, oneStep);
        var expected = Step(Parameters(new Fixture("torch-relu").Network), (z, i) => CrossEntropySlope(z, i % 2 == 0 ? 0 : 2));
        Assert.All(expected, pair => Near(pair.Value, Parameters(report.Model.Network.Value)[pair.Key]));
        Assert.Equal(["0", "1", "2"], from.Classes);
    }

    [Fact]
    public void The_order_of_the_examples_does_not_matter_to_a_step_on_all_of_them()
    {
        var data = Table(i => $"{i % 3}");
        var first = Parameters(Train("torch-relu", data, oneStep).Report.Model.Network.Value);
        var second = Parameters(Train("torch-relu", data, oneStep with { Seed = 99 }).Report.Model.Network.Value);
        Assert.All(first, pair => Near(pair.Value, second[pair.Key]));
    }

    [Fact]
    public void A_final_sigmoid_is_the_probability_of_the_second_class()
    {
        var data = Table(i => i % 2 == 0 ? "no" : "yes");
        var (report, _) = Train("torch-binary", data, oneStep);
        var expected = Step(
            Parameters(new Fixture("torch-binary").Network), (z, i) => [1 / (1 + Math.Exp(-z[0])) - i % 2]);

        var after = Parameters(report.Model.Network.Value);
        Assert.All(expected, pair => Near(pair.Value, after[pair.Key]));
        Assert.Equal(["no", "yes"], report.Model.Classes);
        Assert.Equal(
            ["linear", "relu", "linear", "two-classes", "softmax"], report.Model.Network.Value.Layers.Select(layer => layer.Kind));
    }

    [Fact]
    public void A_final_softmax_or_log_softmax_is_left_to_the_loss()
    {
        var data = Table(i => $"{i % 3}");
        foreach (var name in new[] { "torch-log-softmax", "torch-old-softmax" })
        {
            var before = Parameters(new Fixture(name).Network);
            var after = Parameters(Train(name, data, oneStep).Report.Model.Network.Value);
            var expected = (double[])before["0.bias"].Clone();
            foreach (var (x, i) in Rows().Select((x, i) => (x, i)))
                foreach (var (slope, c) in CrossEntropySlope(Layer(before["0.weight"], before["0.bias"], x), i % 3)
                    .Select((slope, c) => (slope, c)))
                    expected[c] -= Rate * slope / Examples;

            Near(expected, after["0.bias"]);
        }
    }

    [Fact]
    public void Preprocessing_and_batch_normalization_stay_as_they_are()
    {
        var data = Table(i => levels[i % 3]);
        foreach (var name in new[] { "scikit-classifier", "torch-batch-norm" })
        {
            var fixture = new Fixture(name);
            var (report, _) = Train(name, data, oneStep);
            var kinds = fixture.Network.Layers.Select(layer => layer.Kind).Where(kind => kind != "softmax").Append("softmax");
            Assert.Equal(kinds, report.Model.Network.Value.Layers.Select(layer => layer.Kind));
            Assert.Equal(Parameters(fixture.Network).Keys, Parameters(report.Model.Network.Value).Keys);
            Assert.All(Parameters(fixture.Network), pair => Assert.NotEqual(pair.Value, Parameters(report.Model.Network.Value)[pair.Key]));

            foreach (var (old, trained) in fixture.Network.Layers.Zip(report.Model.Network.Value.Layers)
                .Where(pair => pair.First.Kind is "sub" or "div" or "batch-normalization"))
            {
                var width = old.Kind is "sub" or "div" ? 4 : 6;
                var x = Fixture.Draw(2 * width);
                Assert.Equal(
                    Fixture.Answer(NetworkModule.ofLayer(old), x, [2, width]),
                    Fixture.Answer(NetworkModule.ofLayer(trained), x, [2, width]));
            }
        }
    }

    [Fact]
    public void Frozen_layers_keep_their_weights_and_are_trainable_afterwards()
    {
        var data = Table(i => $"{i % 3}");
        var before = Parameters(new Fixture("torch-relu").Network);
        var (report, from) = Train("torch-relu", data, oneStep with { Freeze = 1 });
        var after = Parameters(report.Model.Network.Value);
        var free = Step(before, (z, i) => CrossEntropySlope(z, i % 3));

        Assert.Equal(before["0.weight"], after["0.weight"]);
        Assert.Equal(before["0.bias"], after["0.bias"]);
        Near(free["2.weight"], after["2.weight"]);
        Assert.Throws<OptionException>(() => (oneStep with { From = from, Freeze = 2 }).Check());
        Assert.Throws<OptionException>(() => (oneStep with { From = from, Freeze = -1 }).Check());
    }

    [Fact]
    public void A_quantity_is_learned_in_its_own_unit()
    {
        var data = Table(i => (100 + i + 0.5).ToString(CultureInfo.InvariantCulture));
        var (report, from) = Train("torch-old-softmax", Table(i => $"{i % 3}", "classes.csv"), oneStep);
        Assert.NotNull(from.Classes);
        var (regression, model) = Train("scikit-regressor", data, oneStep with { LearningRate = 1e-3 });
        Assert.Null(model.Classes);
        var before = new Fixture("scikit-regressor").Network;
        var bias = Parameters(before)["1.bias"][0];
        var answers = Fixture.Answer(before, Fixture.Draw(4 * Examples), [Examples, 4]);
        // where the clip holds, nothing is learned
        var slope = answers.Select((y, i) => y <= -5 ? 0 : 2 * (y - (100 + i + 0.5)) / Examples).Sum();
        Assert.Equal(bias - 1e-3 * slope, Parameters(regression.Model.Network.Value)["1.bias"][0], 1e-4);
        Assert.Equal("output", regression.Model.OutputName);
        Assert.NotNull(report);
    }

    [Fact]
    public void A_model_of_this_project_keeps_its_own_columns_and_classes()
    {
        var data = Tables.Mixed(150, true);
        var first = Trainer.Train(data, new TrainingOptions { Hidden = [6], Epochs = 3, Threads = 1 }).Model;
        var further = Trainer.Train(
            data, new TrainingOptions { From = first, Epochs = 20, Threads = 1, LearningRate = 0.01 });
        Assert.Equal(first.Value.Schema, further.Model.Value.Schema);
        Assert.Equal(
            first.Network.Value.Layers.Select(layer => layer.Kind), further.Model.Network.Value.Layers.Select(layer => layer.Kind));
        Assert.True(further.Train.Loss < first.Evaluate(data).Loss);

        var path = folder.File("further.onnx");
        further.Model.Save(path);
        Assert.Equal(first.Classes, Model.Load(path).Classes);
    }

    [Fact]
    public void Data_that_do_not_match_the_file_are_refused_with_the_reason()
    {
        void Refused(string part, string fixture, string data)
        {
            var error = Assert.ThrowsAny<HybridException>(() => Train(fixture, data, oneStep));
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }

        Refused("takes 12 columns, but there are 4", "torch-flatten", Table(i => $"{i % 2}"));
        Refused("has 5 classes, but the model returns 3 numbers", "torch-relu", Table(i => "abcde"[i % 5].ToString()));
        Refused("is a quantity, but the model returns 3 numbers", "torch-relu", Table(i => $"{i}.5"));
        File.WriteAllText(folder.File("texts.csv"), "a,b,c,d,e\nred,1,2,3,x\nblue,2,3,4,y\n");
        Refused("holds text, but the model takes numbers", "torch-binary", folder.File("texts.csv"));
    }

    [Fact]
    public void A_file_is_measured_on_data_by_position()
    {
        var data = Table(i => levels[i % 3]);
        var path = new Fixture("torch-softmax").Path;
        var read = ModelData.Load(path, data);
        Assert.Equal(Examples, read.Model.Evaluate(read.Select().Examples).Examples);
        Assert.Equal("target", read.Model.TargetName);

        // the same without names
        File.WriteAllLines(folder.File("bare.csv"), File.ReadAllLines(data).Skip(1));
        var bare = ModelData.Load(path, folder.File("bare.csv"));
        Assert.Equal("x5", bare.Model.TargetName);
        Assert.Equal(Examples, bare.Select().Examples.Count);
        Assert.Throws<OnnxException>(() => ModelData.Load(folder.File("missing.onnx"), data));
    }
}
