using Microsoft.FSharp.Core;

namespace Hybrid;

/// <content>How networks are made: from sizes, or layer by layer.</content>
public sealed partial class NeuralNetwork
{
    /// <summary>The names of the activations: relu, leaky-relu, tanh, sigmoid, identity, elu, selu, gelu and softplus.</summary>
    public static IReadOnlyList<string> Activations { get; } = [.. Core.Activation.functions.Select(each => each.Item1)];

    /// <summary>Fully connected layers with an activation between them and none after the last, such as [784, 128, 10].</summary>
    /// <param name="sizes">The number of inputs, of units in each layer, and of outputs.</param>
    /// <param name="activation">One of <see cref="Activations"/>. Default: relu.</param>
    /// <param name="seed">The same seed gives the same weights. Default: 1.</param>
    /// <exception cref="HybridException">There are fewer than two sizes, one is not from 1 to 1,000,000, or there is no such
    /// activation.</exception>
    public static NeuralNetwork FromSizes(IReadOnlyList<int> sizes, string activation = "relu", ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(activation);
        return new NeuralNetwork(Dense.network(activation, seed, ListModule.OfSeq(sizes)), sizes[0]);
    }

    /// <summary>Layers in words, such as conv16x3,pool2,conv32x3,pool2,64 for images, and an output layer without an activation, whose
    /// weights and biases are 0.</summary>
    /// <param name="layers">See <see cref="TrainingOptions.Layers"/>.</param>
    /// <param name="inputs">Numbers per example: of an image, its pixels row by row, with the channels of a pixel together.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="activation">One of <see cref="Activations"/>, for all layers before the last. Default: relu.</param>
    /// <param name="seed">The same seed gives the same weights. Default: 1.</param>
    /// <exception cref="OptionException">A word is not one of a layer, or does not fit the image before it.</exception>
    /// <exception cref="HybridException">A size is not from 1 to 1,000,000, or there is no such activation.</exception>
    public static NeuralNetwork FromLayers(string layers, int inputs, int outputs, string activation = "relu", ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(activation);
        LayerSize.require("inputs", inputs);
        LayerSize.require("outputs", outputs);
        return new NeuralNetwork(Models.LayerText.network(activation, seed, layers, inputs, outputs), inputs);
    }

    /// <summary>A network without layers, for examples of this many numbers: the start of one that is built layer by
    /// layer.</summary>
    /// <param name="inputs">The number of inputs: numbers per example.</param>
    /// <exception cref="HybridException">The number is not from 1 to 1,000,000.</exception>
    public static NeuralNetwork WithInputs(int inputs)
    {
        LayerSize.require("inputs", inputs);
        return new(NetworkModule.empty, inputs);
    }

    /// <summary>This network, followed by a layer: y = f(x Wᵀ + b). The weights are random, with the variance that suits the
    /// activation (He and others, 2015, for rectifiers; Glorot and Bengio, 2010, for tanh, sigmoid and identity); b is
    /// 0.</summary>
    /// <param name="units">The number of neurons.</param>
    /// <param name="activation">One of <see cref="Activations"/>. Default: identity, none.</param>
    /// <param name="seed">The same seed gives the same weights in the same place. Default: 1.</param>
    /// <exception cref="HybridException">The number of units is not from 1 to 1,000,000, there is no such activation, or the
    /// weights do not fit into an array.</exception>
    public NeuralNetwork Linear(int units, string activation = "identity", ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(activation);
        return With(Dense.neurons(activation, Key(seed), Outputs, units));
    }

    /// <summary>This network, followed by a layer with given numbers: y = x Wᵀ + b.</summary>
    /// <param name="weights">[units; inputs], a row for each neuron.</param>
    /// <param name="biases">[units].</param>
    /// <exception cref="ShapeMismatchException">The weights do not fit this network's outputs, or there are not as many biases as
    /// rows.</exception>
    /// <exception cref="HybridException">There are no rows, or more than 1,000,000.</exception>
    public NeuralNetwork Linear(float[,] weights, ReadOnlySpan<float> biases)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (units, inputs) = (weights.GetLength(0), weights.GetLength(1));
        LayerSize.require("units", units);
        // one bias would be repeated for all units
        if (biases.Length != units)
            throw new ShapeMismatchException(
                nameof(Linear), ListModule.OfSeq([ListModule.OfSeq([units, inputs]), ListModule.OfSeq([biases.Length])]),
                "There must be one bias per unit.");

        return With(NetworkModule.ofLayer(LinearModule.layer(new Linear(
            Constant([units, inputs], weights.Cast<float>().ToArray()),
            FSharpOption<Tensor>.Some(Constant([biases.Length], biases))))));
    }

    /// <summary>This network, followed by a layer with given numbers and without biases: y = x Wᵀ.</summary>
    /// <param name="weights">[units; inputs], a row for each neuron.</param>
    /// <exception cref="ShapeMismatchException">The weights do not fit this network's outputs.</exception>
    public NeuralNetwork Linear(float[,] weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (units, inputs) = (weights.GetLength(0), weights.GetLength(1));
        return With(NetworkModule.ofLayer(LinearModule.layer(new Linear(
            Constant([units, inputs], weights.Cast<float>().ToArray()), FSharpOption<Tensor>.None))));
    }

    /// <summary>This network, followed by an activation of each output.</summary>
    /// <param name="name">One of <see cref="Activations"/>.</param>
    /// <exception cref="HybridException">There is no activation of this name; the message lists them.</exception>
    public NeuralNetwork Activation(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return With(NetworkModule.ofLayer(Core.Activation.layer(name)));
    }

    /// <summary>This network, followed by an activation of your own.</summary>
    /// <example><code>network.Linear(16).Activation("swish", x => x * x.Sigmoid())</code></example>
    /// <param name="name">What it is called in descriptions.</param>
    /// <param name="function">A function of each element.</param>
    /// <exception cref="ShapeMismatchException">The function does not take this network's outputs.</exception>
    public NeuralNetwork Activation(string name, Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        return With(NetworkModule.ofLayer(LayerModule.ofFunction(name, FuncConvert.FromFunc(function))));
    }

    /// <summary>This network, followed by a layer of your own.</summary>
    /// <example><code>
    /// network.Layer("scale", [new("factor", [3], new float[] { 1, 1, 1 })], (parameters, x) => parameters[0] * x)
    /// </code></example>
    /// <param name="kind">What it is called in descriptions.</param>
    /// <param name="parameters">What it learns: names, shapes and the numbers to begin with.</param>
    /// <param name="forward">From its parameters and [examples; inputs] to [examples; outputs].</param>
    /// <exception cref="ShapeMismatchException">The function does not take this network's outputs, or a parameter has not as many numbers
    /// as its shape says.</exception>
    public NeuralNetwork Layer(
        string kind, IReadOnlyList<Parameter> parameters, Func<IReadOnlyList<Tensor>, Tensor, Tensor> forward)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(forward);
        return With(NetworkModule.ofLayer(LayerModule.deterministic(
            kind,
            ListModule.OfSeq(parameters.Select(each => Tuple.Create(each.Name, Constant(each.Shape, each.Values.Span)))),
            FuncConvert.FromFunc<FSharpList<Tensor>, Tensor, Tensor>((values, x) => forward(values, x)))));
    }

    /// <summary>This network, followed by exp xᵢ / Σ exp xⱼ: class scores become probabilities.</summary>
    public NeuralNetwork Softmax() => With(Core.Activation.softmax);

    /// <summary>This network, followed by a maxout layer: each unit is the maximum of several linear functions of the inputs
    /// (Goodfellow and others, 2013).</summary>
    /// <param name="units">The number of units.</param>
    /// <param name="pieces">The number of linear functions per unit, from 2 to 1000.</param>
    /// <param name="seed">The same seed gives the same weights in the same place. Default: 1.</param>
    /// <exception cref="HybridException">A number is out of range, or the weights do not fit into an array.</exception>
    public NeuralNetwork Maxout(int units, int pieces = 2, ulong seed = 1) =>
        With(Dense.maxoutUnits(pieces, Key(seed), Outputs, units));

    /// <summary>This network, followed by dropout: in training, each output is dropped with a probability, and the others are
    /// scaled up to compensate (Srivastava and others, 2014). Otherwise it changes nothing.</summary>
    /// <param name="rate">The probability, in [0, 1).</param>
    /// <exception cref="HybridException">The rate is out of range.</exception>
    public NeuralNetwork Dropout(double rate) => With(NetworkModule.ofLayer(Core.Dropout.layer(DropoutRate(rate))));

    static double DropoutRate(double rate) => rate is >= 0 and < 1
        ? rate
        : throw new HybridException(FormattableString.Invariant($"A dropout rate must be at least 0 and below 1, not {rate}."));

    /// <summary>This network, followed by noise: in training, a normal number is added to each output. Otherwise it changes
    /// nothing.</summary>
    /// <param name="deviation">The standard deviation of the noise, at least 0.</param>
    /// <exception cref="HybridException">The deviation is negative, NaN or infinite.</exception>
    public NeuralNetwork Noise(double deviation) => deviation >= 0 && double.IsFinite(deviation)
        ? With(NetworkModule.ofLayer(Core.Noise.layer(deviation)))
        : throw new HybridException(
            FormattableString.Invariant($"The deviation of noise must be a number of at least 0, not {deviation}."));

    /// <summary>This network, followed by another whose inputs are this one's outputs.</summary>
    /// <param name="next">What takes this network's outputs.</param>
    /// <exception cref="ShapeMismatchException">Its number of inputs is not this network's number of outputs.</exception>
    public NeuralNetwork Then(NeuralNetwork next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next.Inputs == Outputs
            ? With(next.Value)
            : throw new ShapeMismatchException(
                nameof(Then), ListModule.OfSeq([ListModule.OfSeq([Outputs]), ListModule.OfSeq([next.Inputs])]),
                "The next network must take as many numbers as this one returns.");
    }

    /// <summary>A layer that does not fit is an error here, not when the network is used. Only what is new is traced.</summary>
    NeuralNetwork With(Core.Network next)
    {
        try
        {
            return new(Value.Then(next), Inputs, start, Traced(next, shape));
        }
        catch (ShapeMismatchException)
        {
            // an error that counts the layers from the first one
            return new(Value.Then(next), Inputs, start);
        }
    }

    /// <summary>Each layer draws its own numbers.</summary>
    ulong Key(ulong seed) => RandomModule.split(seed, Value.Layers.Length);
}
