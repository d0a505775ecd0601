using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class NetworkTests
{
    static readonly float[,] Weights = { { 1, 2 }, { -1, 0.5f }, { 0, -3 } };

    static float[] Draw(int count, ulong seed = 1) => Array.ConvertAll(RandomModule.normals(seed, count), x => (float)x);

    /// <summary>As the definition in double precision has it.</summary>
    static double[] Truth(NeuralNetwork network, float[] examples) => Reference.value(NetworkModule.forward(
        network.Value,
        TensorModule.single(Microsoft.FSharp.Collections.ListModule.OfSeq([examples.Length / network.Inputs, network.Inputs]), examples)));

    static void Near(IEnumerable<double> expected, IEnumerable<float> actual, double tolerance = 1e-5) =>
        Assert.All(expected.Zip(actual, (a, b) => (a, b)), pair => Assert.Equal(pair.a, pair.b, tolerance));

    [Fact]
    public void Layers_with_given_weights_compute_their_formula()
    {
        var network = NeuralNetwork.WithInputs(2).Linear(Weights, [0.5f, 0, 1]).Activation("relu");
        Assert.Equal([3.5f, 0, 0], network.Predict([1, 1]));
        Assert.Equal([0.5f, 0, 1, 0, 0.5f, 10], network.Predict([0, 0, -2, -3]));
        Assert.Equal(["0.weight", "0.bias"], network.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([3, 2], network.Parameters[0].Shape);
        Assert.Equal([1, 2, -1, 0.5f, 0, -3], network.Parameters[0].Values.ToArray());
    }

    [Fact]
    public void Sizes_give_the_layers_that_the_lecture_counts()
    {
        var description = NeuralNetwork.FromSizes([3, 4, 4, 1], "tanh").Describe();
        Assert.Equal((3, 9, 41, 3), (description.Inputs, description.Neurons, description.Parameters, description.Depth));
        Assert.Equal(["linear", "tanh", "linear", "tanh", "linear"], description.Layers.Select(layer => layer.Kind));
        Assert.StartsWith("3-layer network, 3 inputs, 9 neurons, 41 parameters", description.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_but_layers_differ()
    {
        static float[] First(NeuralNetwork network, int parameter = 0) => network.Parameters[parameter].Values.ToArray();

        Assert.Equal(First(NeuralNetwork.FromSizes([4, 4, 4])), First(NeuralNetwork.FromSizes([4, 4, 4])));
        Assert.NotEqual(First(NeuralNetwork.FromSizes([4, 4, 4])), First(NeuralNetwork.FromSizes([4, 4, 4], seed: 2)));
        var network = NeuralNetwork.FromSizes([4, 4, 4, 4], "tanh");
        Assert.NotEqual(First(network), First(network, 2));
    }

    [Fact]
    public void A_batch_predicts_like_single_examples_and_like_the_definition()
    {
        var network = NeuralNetwork.WithInputs(7).Linear(33, "gelu").Maxout(9, 3).Dropout(0.5).Noise(1).Linear(4).Softmax();

        foreach (var count in (int[])[1, 2, 3, 100, 255, 256, 257, 600])
        {
            var examples = Draw(7 * count);
            var answers = network.Predict(examples);
            Near(Truth(network, examples), answers, 1e-6);
            Near(answers[^4..].Select(y => (double)y), network.Predict(examples.AsSpan(7 * (count - 1))), 1e-6);
        }

        Assert.Empty(network.Predict([]));
    }

    [Fact]
    public void Prediction_into_the_callers_memory_allocates_nothing()
    {
        var network = NeuralNetwork.FromSizes([64, 32, 10]);
        var (examples, outputs) = (Draw(64 * 100), new float[10 * 100]);
        for (var i = 0; i < 3; i++)
            network.Predict(examples, outputs);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            network.Predict(examples, outputs);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Any_number_of_threads_may_predict_at_once()
    {
        var network = NeuralNetwork.FromSizes([16, 64, 64, 3]);
        var examples = Draw(16 * 90);

        float[] Ask(int i) => network.Predict(examples.AsSpan(16 * (i % 40), 16 * (1 + i % 50)));

        var expected = Enumerable.Range(0, 400).Select(Ask).ToArray();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected[i], Ask(i)));
    }

    [Fact]
    public void Networks_compose()
    {
        var first = NeuralNetwork.FromSizes([5, 8, 3]);
        var second = NeuralNetwork.FromSizes([3, 6, 2], "tanh", 7);
        var both = first.Then(second);
        var examples = Draw(5 * 20);
        Assert.Equal(second.Predict(first.Predict(examples)), both.Predict(examples));
        Assert.Equal((5, 2), (both.Inputs, both.Outputs));
        Assert.Throws<ShapeMismatchException>(() => second.Then(first));
    }

    [Theory]
    [InlineData("squared")]
    [InlineData("absolute")]
    [InlineData("huber")]
    [InlineData("softmax")]
    [InlineData("hinge")]
    [InlineData("poisson")]
    [InlineData("quantile:0.2")]
    [InlineData("focal:1.5")]
    [InlineData("label-smoothing:0.2")]
    public void Gradients_agree_with_central_differences(string loss)
    {
        var network = NeuralNetwork.FromSizes([3, 6, 4], "tanh");
        var examples = Draw(3 * 10);
        var isClass = LossKindModule.isOfClasses(LossModule.named(loss).Kind);
        var targets = isClass ? [.. Enumerable.Range(0, 10).Select(i => (float)(i % 4))] : Draw(4 * 10, 9);
        var gradient = network.Gradient(examples, targets, loss);

        // the loss of other weights in double precision, by the definition
        double Loss(int parameter, int index, double step)
        {
            var moved = NetworkModule.map(
                Microsoft.FSharp.Core.FuncConvert.FromFunc<string, Tensor, Tensor>((name, value) =>
                {
                    var numbers = Reference.value(value);
                    if (name == network.Parameters[parameter].Name)
                        numbers[index] += step;
                    return TensorModule.constant(value.Shape, numbers);
                }),
                network.Value);
            var task = isClass ? LearningTask.NewClassification(4) : LearningTask.NewRegression(4);
            Tensor Constant(int width, float[] values) =>
                TensorModule.single(Microsoft.FSharp.Collections.ListModule.OfSeq([10, width]), values);
            return Reference.value(LossModule.mean(
                task, LossModule.named(loss), NetworkModule.forward(moved, Constant(3, examples)),
                Constant(isClass ? 1 : 4, targets)))[0];
        }

        Assert.Equal(Loss(0, 0, 0), gradient.Loss, 1e-5);
        Assert.Equal(network.Parameters.Select(parameter => parameter.Name), gradient.Parameters.Select(parameter => parameter.Name));

        for (var parameter = 0; parameter < gradient.Parameters.Count; parameter++)
            for (var index = 0; index < gradient.Parameters[parameter].Values.Length; index++)
                Assert.Equal(
                    (Loss(parameter, index, 1e-6) - Loss(parameter, index, -1e-6)) / 2e-6,
                    gradient.Parameters[parameter].Values.Span[index], 1e-4);
    }

    [Fact]
    public void The_softmax_loss_is_of_the_scores_of_a_final_softmax()
    {
        var network = NeuralNetwork.FromSizes([3, 6, 4], "tanh");
        var (bare, whole) = (
            network.Gradient(Draw(9), [0, 1, 3], "softmax"), network.Softmax().Gradient(Draw(9), [0, 1, 3], "softmax"));
        Assert.Equal(bare.Loss, whole.Loss);
        Assert.Equal(bare.Parameters[0].Values.ToArray(), whole.Parameters[0].Values.ToArray());
    }

    [Fact]
    public void A_step_against_the_gradient_lowers_the_loss()
    {
        var network = NeuralNetwork.FromSizes([2, 16, 1], "tanh");
        float[] examples = [0, 0, 0, 1, 1, 0, 1, 1], targets = [0, 1, 1, 0];
        var start = network.Gradient(examples, targets).Loss;

        for (var i = 0; i < 500; i++)
        {
            var slopes = network.Gradient(examples, targets).Parameters.ToDictionary(each => each.Name, each => each.Values);
            network = network.WithParameters(parameter => parameter.Values.ToArray()
                .Zip(slopes[parameter.Name].ToArray(), (value, slope) => value - 0.3f * slope).ToArray());
        }

        Assert.InRange(network.Gradient(examples, targets).Loss, 0, start / 100);
    }

    [Fact]
    public void A_network_read_from_a_file_equals_the_written_one()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("network.onnx");
        var network = NeuralNetwork.WithInputs(4).Linear(8, "selu").Linear(2);
        network.Save(path);
        var read = NeuralNetwork.Load(path);
        var examples = Draw(4 * 30);
        Near(network.Predict(examples).Select(y => (double)y), read.Predict(examples), 1e-6);
        Assert.Equal(network.Describe().ToString(), read.Describe().ToString());
        Assert.Throws<OnnxException>(() => NeuralNetwork.Load(folder.File("none.onnx")));
    }

    [Fact]
    public void A_shape_that_does_not_match_is_refused_with_the_reason()
    {
        static void Refuses(string part, Action action) =>
            Assert.Contains(part, Assert.ThrowsAny<HybridException>(action).Message, StringComparison.Ordinal);

        var network = NeuralNetwork.FromSizes([2, 3, 2]);
        Refuses("at least two sizes, of its inputs and its outputs, not 1", () => NeuralNetwork.FromSizes([2]));
        Refuses("units must be from 1 to 1,000,000, not 0", () => NeuralNetwork.FromSizes([2, 0]));
        Refuses("inputs must be from 1 to 1,000,000, not -1", () => NeuralNetwork.WithInputs(-1));
        Refuses("Choose one of", () => NeuralNetwork.FromSizes([2, 2, 2], "rely"));
        Refuses("5 is not a multiple", () => network.Predict(new float[5]));
        Refuses("room for 3", () => network.Predict(new float[2], new float[3]));
        Refuses("not 1.5", () => network.Dropout(1.5));
        Refuses("does not fit into an array", () => NeuralNetwork.WithInputs(46_341).Linear(46_341));
        Refuses("does not fit into an array", () => NeuralNetwork.WithInputs(10_000).Maxout(1_000, 1_000));
        Refuses("Choose one of", () => NeuralNetwork.FromSizes([2, 2], "rely"));
        Refuses("overlap the examples", () =>
        {
            var memory = new float[4];
            network.Predict(memory.AsSpan(0, 2), memory.AsSpan(1, 2));
        });
        Refuses("not NaN", () => network.Noise(double.NaN));
        Refuses("not 1", () => network.Maxout(2, 1));
        Refuses("do not fit", () => network.Linear(Weights, [1, 2]));
        Refuses("do not fit", () => NeuralNetwork.WithInputs(3).Linear(Weights, [1, 2, 3]));
        Refuses("There is no loss", () => network.Gradient([1, 2], [1, 2], "square"));
        Refuses("the same number of examples", () => network.Gradient([1, 2], [1]));
        Refuses("the same number of examples", () => network.Gradient([], []));
        Refuses("index of one of 2 classes", () => network.Gradient([1, 2], [2], "softmax"));
        Refuses("index of one of 2 classes", () => network.Gradient([1, 2], [float.NaN], "softmax"));
        Refuses("has 6 numbers, not 1", () => network.WithParameters(_ => new float[1]));
    }
}
