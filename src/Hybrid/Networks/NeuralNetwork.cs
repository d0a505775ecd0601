using Hybrid.Onnx;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A sequence of layers, from rows of float32 numbers to rows of float32 numbers. Immutable; any number of
/// threads may use it at once.</summary>
public sealed partial class NeuralNetwork
{
    /// <summary>More than one, to detect an output without one row per example.</summary>
    const int Few = 2;

    readonly Lazy<Predictor> predictor;

    /// <summary>The shape of the outputs for a few examples.</summary>
    readonly FSharpList<int> shape;

    /// <summary>The shape of a few examples: rows, unless it is within another network.</summary>
    readonly FSharpList<int> start;

    internal NeuralNetwork(Core.Network value, int inputs)
        : this(value, inputs, ListModule.OfSeq([Few, inputs]))
    {
    }

    NeuralNetwork(Core.Network value, int inputs, FSharpList<int> start)
        : this(value, inputs, start, Traced(value, start))
    {
    }

    NeuralNetwork(Core.Network value, int inputs, FSharpList<int> start, FSharpList<int> shape)
    {
        Value = value;
        Inputs = inputs;
        this.start = start;
        this.shape = shape;
        Outputs = Width(shape);
        predictor = new(() => new Predictor(value, inputs));
    }

    /// <summary>The number of inputs: numbers per example.</summary>
    public int Inputs { get; }

    /// <summary>The number of outputs per example.</summary>
    public int Outputs { get; }

    /// <summary>Its parameters, in order.</summary>
    public IReadOnlyList<Parameter> Parameters =>
        [.. NetworkModule.parameters(Value).Select(parameter => Described(parameter.Item1, parameter.Item2))];

    /// <summary>Layers, neurons and parameters.</summary>
    public NetworkDescription Describe() => NetworkDescription.Of(Value, Inputs);

    /// <summary>Such as "2-layer network, 2 inputs, 9 neurons, 33 parameters" and a line for each layer.</summary>
    public override string ToString() => Describe().ToString();

    /// <summary>The outputs for one example or many, row by row.</summary>
    /// <param name="examples">[examples; inputs], row by row.</param>
    /// <returns>[examples; outputs], row by row: an example has the same bits whatever the others are, on every engine and
    /// thread. For an example that is alone in the call, sums are taken in a different order: a layer's differ by at most
    /// 2γ Σ|w x|, γ = nu / (1 - nu) for n inputs and u = 2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms, 2002,
    /// section 3.1).</returns>
    /// <exception cref="HybridException">The length of the examples is not a multiple of the number of inputs, or a feature is
    /// infinite.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public float[] Predict(ReadOnlySpan<float> examples)
    {
        var outputs = new float[Outputs * (examples.Length / Inputs)];
        Predict(examples, outputs);
        return outputs;
    }

    /// <summary>The outputs for one example or many, written to the caller's memory: after the first call for a number of
    /// examples, nothing is allocated.</summary>
    /// <param name="examples">[examples; inputs], row by row.</param>
    /// <param name="outputs">Receives [examples; outputs], row by row; must not overlap the examples.</param>
    /// <exception cref="HybridException">The length of the examples is not a multiple of the number of inputs, the outputs have
    /// the wrong length, the two overlap, or a feature is infinite, after which the contents of the outputs must not be
    /// used.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite; the contents of the outputs must not be used
    /// either.</exception>
    public void Predict(ReadOnlySpan<float> examples, Span<float> outputs)
    {
        var count = examples.Length / Inputs;
        if (examples.Length != count * Inputs)
            throw new HybridException(
                $"The network takes {Printable.count(Inputs, "number")} per example, and {examples.Length} is not a multiple of that.");
        if (outputs.Length != count * Outputs)
            throw new HybridException(
                $"The network returns {Printable.count(Outputs, "number")} per example, {count * Outputs} for {count}, but the outputs have "
                + $"room for {outputs.Length}.");

        if (examples.Overlaps(outputs))
            throw new HybridException("The outputs overlap the examples. Give them separate memory.");

        predictor.Value.Run(examples, outputs);
    }

    /// <summary>The mean loss of examples and its gradient by reverse differentiation, in float32.</summary>
    /// <param name="examples">[examples; inputs], row by row.</param>
    /// <param name="targets">For losses of classes, the index of each example's class; for others [examples; outputs], row by
    /// row.</param>
    /// <param name="loss">One of <see cref="TrainingOptions.Losses"/>. softmax, focal and label-smoothing take the scores that a final
    /// softmax would take, poisson the logarithms of expected counts.</param>
    /// <exception cref="HybridException">There is no such loss, there are no examples, or not as many targets.</exception>
    public LossGradient Gradient(ReadOnlySpan<float> examples, ReadOnlySpan<float> targets, string loss = "squared")
    {
        ArgumentNullException.ThrowIfNull(loss);
        var function = LossModule.named(loss);
        var network = function.Kind.IsProbabilities ? EndingModule.scores(Inputs, Value) : Value;
        var task = LossKindModule.isOfClasses(function.Kind)
            ? LearningTask.NewClassification(Outputs)
            : LearningTask.NewRegression(Outputs);
        var (count, width) = (examples.Length / Inputs, LearningTaskModule.targets(task));

        if (count == 0 || examples.Length != count * Inputs || targets.Length != count * width)
            throw new HybridException(
                $"The network takes {Printable.count(Inputs, "number")} per example and the loss {loss} {width} per target: {examples.Length} "
                + $"and {targets.Length} numbers are not for the same number of examples, at least 1.");

        if (task.IsClassification)
            foreach (var target in targets)
                if (!(target >= 0 && target < Outputs && target == MathF.Floor(target)))
                    throw new HybridException($"A target is {target}; it must be the index of one of {Outputs} classes.");

        var mean = LossModule.mean(
            task, function, NetworkModule.forward(network, Constant([count, Inputs], examples)),
            Constant([count, width], targets));
        var parameters = NetworkModule.parameters(network);
        var results = Eager.evaluate(
            Kernels.CpuEngine.Create(1), FSharpList<Tuple<string, float[]>>.Empty,
            FSharpList<Tensor>.Cons(mean, Derivative.gradient(mean, ListModule.OfSeq(parameters.Select(each => each.Item2)))));

        return new LossGradient(
            results.Head[0],
            [.. parameters.Zip(results.Tail, (parameter, values) =>
                new Parameter(parameter.Item1, [.. parameter.Item2.Shape], values))]);
    }

    /// <summary>The network with different values for its parameters.</summary>
    /// <param name="values">As many numbers as the parameter has, row by row.</param>
    /// <exception cref="HybridException">Their number is wrong.</exception>
    public NeuralNetwork WithParameters(Func<Parameter, ReadOnlyMemory<float>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new NeuralNetwork(NetworkModule.map(
            FuncConvert.FromFunc<string, Tensor, Tensor>((name, before) =>
            {
                var after = values(Described(name, before)).Span;
                return after.Length == ShapeModule.size(before.Shape)
                    ? Constant(before.Shape, after)
                    : throw new HybridException(
                        $"The parameter {name} has {Printable.count(ShapeModule.size(before.Shape), "number")}, not {after.Length}.");
            }),
            Value),
            Inputs);
    }

    /// <summary>Reads the network of any file that <see cref="Model.Load(string)"/> reads, as stored: its preprocessing and
    /// a final softmax are layers.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="OnnxException">The file does not exist, is not a complete ONNX file, or contains something
    /// unsupported.</exception>
    /// <exception cref="PrecisionException">The file subtracts an offset from its inputs, or adds one to its output, in double
    /// precision: use <see cref="Model.Load(string)"/>.</exception>
    public static NeuralNetwork Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Of(ModelFile.Open(path));
    }

    /// <summary>The same from a stream, to its end.</summary>
    /// <param name="stream">The stream, at most 2 GiB.</param>
    /// <exception cref="OnnxException">It does not hold a complete ONNX file, or one with something unsupported.</exception>
    public static NeuralNetwork Load(Stream stream) => Of(ModelFile.Open(stream));

    /// <summary>The same from memory.</summary>
    /// <param name="bytes">The content of a file.</param>
    /// <exception cref="OnnxException">The bytes are not those of a complete ONNX file, or contain something
    /// unsupported.</exception>
    public static NeuralNetwork Load(ReadOnlySpan<byte> bytes) => Of(ModelFile.Open(bytes));

    /// <summary>Writes an ONNX file (IR 8, opset 17): one input [batch; inputs], one output [batch; outputs]. An
    /// existing file is replaced completely or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="OnnxException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        OnnxFile.Write(path, ToOnnx());
    }

    /// <summary>Writes what <see cref="Save(string)"/> writes to a stream, which stays open.</summary>
    /// <param name="stream">The stream.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ToBytes());
    }

    /// <summary>The bytes that <see cref="Save(string)"/> writes.</summary>
    public byte[] ToBytes() => OnnxFile.ToBytes(ToOnnx());

    /// <summary>The same in the F# core.</summary>
    internal Core.Network Value { get; }

    /// <summary>The outputs for some rows of features.</summary>
    internal float[] Predict(float[] features, int[] rows) => predictor.Value.Run(features, rows);

    /// <summary>Whether a layer behaves differently in training, with random numbers.</summary>
    internal bool IsRandomInTraining => Value.Layers.Any(layer => layer.IsDifferentInTraining);

    OnnxModel ToOnnx() => new(
        Exported.graph(Models.ModelModule.Producer, Inputs, "output", Value), Models.ModelModule.Opset, Models.ModelModule.Producer,
        FSharpList<Tuple<string, string>>.Empty);

    static NeuralNetwork Of(Models.ModelFile file)
    {
        var (network, inputs) = Models.ModelFileModule.network(file);
        return new NeuralNetwork(network, inputs);
    }

    /// <summary>The shape of a network's output for an input of a shape.</summary>
    static FSharpList<int> Traced(Core.Network network, FSharpList<int> shape) =>
        NetworkModule.forward(network, TensorModule.input("x", shape)).Shape;

    /// <exception cref="HybridException">There is not one row per example.</exception>
    static int Width(IEnumerable<int> shape) => shape.ToArray() is [Few, _, ..] extents
        ? extents.Skip(1).Aggregate((product, extent) => checked(product * extent))
        : throw new HybridException(
            $"The network returns a tensor of shape [{string.Join(", ", shape)}] for {Few} examples, not one row per example.");

    static Parameter Described(string name, Tensor tensor) =>
        new(name, [.. tensor.Shape], Array.ConvertAll(Reference.value(tensor), value => (float)value));

    static Tensor Constant(IEnumerable<int> shape, ReadOnlySpan<float> values) =>
        TensorModule.single(ListModule.OfSeq(shape), values.ToArray());
}
