using Hybrid.Data;
using Hybrid.Onnx;

namespace Hybrid;

/// <summary>A network with everything needed to use it: the names of its columns and classes, what it was trained with, and its
/// preprocessing, which are its first layers. Immutable; any number of threads may use it at once.</summary>
public sealed partial class Model
{
    internal Model(Models.FSharpModel value)
    {
        Value = value;
        Network = new NeuralNetwork(value.Network, value.Inputs);
        Options = [.. Models.ModelModule.texts(value).Select(text => KeyValuePair.Create(text.Item1, text.Item2))];
        Columns = ColumnInfo.Of(value.Schema.Columns);
        Targets = ColumnInfo.Of(value.Schema.Targets);
        hasOffsets = Columns.Concat(Targets).Any(column => column.Offset != 0);
        encoder = new(() => new Encoder(value.Schema));
        warnings = new(() => [.. Models.ModelModule.warnings(value)]);
    }

    readonly bool hasOffsets;
    readonly Lazy<Encoder> encoder;
    readonly Lazy<string[]> warnings;

    /// <summary>From raw columns to the final outputs: preprocessing, the layers that were trained, and softmax (for classes
    /// trained with it), sigmoid (for labels), or the scaling back to the targets' units (for quantities). It takes and returns numbers
    /// less <see cref="ColumnInfo.Offset"/>.</summary>
    public NeuralNetwork Network { get; }

    /// <summary>The raw columns it takes, in this order.</summary>
    public IReadOnlyList<ColumnInfo> Columns { get; }

    /// <summary>What it predicts: the names of its targets.</summary>
    public string TargetName => Value.Schema.TargetName;

    /// <summary>What it predicts, in the order of its outputs: one column of classes, or quantities, or several labels, each with
    /// its names for no and yes.</summary>
    public IReadOnlyList<ColumnInfo> Targets { get; }

    /// <summary>What is added, in double precision, to the quantity that <see cref="Network"/> returns: numbers that are large beside
    /// their differences are learned less this number, since a float32 holds about 7 digits. Usually 0; of several targets, that of
    /// the first.</summary>
    public double TargetOffset => Targets[0].Offset;

    /// <summary>Whether it predicts several labels, each yes or no.</summary>
    public bool HasLabels => Value.Schema.HasLabels;

    /// <summary>The probability from which on each of <see cref="Targets"/> is yes: 0.5, or with
    /// <see cref="TrainingOptions.LabelThresholds"/> that of the highest F1 on the validation part; null where no labels are
    /// predicted.</summary>
    public IReadOnlyList<double>? Thresholds => HasLabels ? Models.ModelModule.thresholds(Value) : null;

    /// <summary>The names of the classes; null where quantities or labels are predicted.</summary>
    public IReadOnlyList<string>? Classes => Value.Schema.Classes?.Value;

    /// <summary>The name of the loss it was trained with.</summary>
    public string Loss => Value.Loss.Name;

    /// <summary>The options it was trained with, as text by name, including seed and split fractions.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; }

    /// <summary>The number of raw columns per example.</summary>
    public int Inputs => Network.Inputs;

    /// <summary>The kind of the network's outputs: probabilities, log-probabilities, scores, quantiles or output.</summary>
    public string OutputName => Models.ModelModule.outputName(Value);

    /// <summary>The name of each output: the classes; the quantiles, such as q0.1, or of several
    /// targets price q0.1; or the quantities that are predicted.</summary>
    public IReadOnlyList<string> OutputNames => Models.ModelModule.outputNames(Value);

    /// <summary>What to know before trusting its results; usually nothing.</summary>
    public IReadOnlyList<string> Warnings => warnings.Value;

    /// <summary>An option by its name; null if the file has none of this name.</summary>
    /// <param name="name">Such as seed, hidden or optimizer.</param>
    public string? Option(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Options.FirstOrDefault(option => option.Key == name).Value;
    }

    /// <summary>Layers, neurons and parameters.</summary>
    public NetworkDescription Describe() => Network.Describe();

    /// <summary>Reads a model: one that this library wrote, or an ONNX file from elsewhere. Where such a file has no names, its
    /// columns are called x1, x2, … and the classes of a classifier 0, 1, …; several outputs that are not certainly about classes
    /// are numbers without names.</summary>
    /// <exception cref="OnnxException">The file does not exist, is not a complete ONNX file, or contains something
    /// unsupported.</exception>
    /// <param name="path">The file.</param>
    public static Model Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new Model(Models.ModelFileModule.model(ModelFile.Open(path)));
    }

    /// <summary>The same from a stream, to its end.</summary>
    /// <exception cref="OnnxException">It does not hold a complete ONNX file, or one with something unsupported.</exception>
    /// <param name="stream">The stream, at most 2 GiB.</param>
    public static Model Load(Stream stream) => new(Models.ModelFileModule.model(ModelFile.Open(stream)));

    /// <summary>The same from memory.</summary>
    /// <exception cref="OnnxException">The bytes are not those of a complete ONNX file, or contain something
    /// unsupported.</exception>
    /// <param name="bytes">The content of a file.</param>
    public static Model Load(ReadOnlySpan<byte> bytes) => new(Models.ModelFileModule.model(ModelFile.Open(bytes)));

    /// <summary>Reads a model for data without a target: a file from elsewhere takes a table's columns by position, unless it names
    /// them, and images in the order of their numbers.</summary>
    /// <exception cref="OnnxException">As for <see cref="Load(string)"/>.</exception>
    /// <exception cref="HybridException">The images do not fit the file from elsewhere.</exception>
    /// <param name="path">The model's file.</param>
    /// <param name="table">A CSV or TSV file, or images without classes: a file, or a folder of them.</param>
    public static Model LoadFor(string path, string table)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(table);
        return new Model(Models.ModelFileModule.modelFor(ImageDecoders.Found, table, ModelFile.Open(path)));
    }

    /// <summary>Writes the model as an ONNX file (IR 8, opset 17): the graph with its preprocessing, the weights, and the names
    /// of columns and classes as metadata. An existing file is replaced completely or not at all.</summary>
    /// <exception cref="OnnxException">The file cannot be written.</exception>
    /// <exception cref="NotExportableException">As for <see cref="ToBytes"/>.</exception>
    /// <param name="path">The file.</param>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ModelFile.Save(this, path);
    }

    /// <summary>Writes what <see cref="Save(string)"/> writes to a stream, which stays open.</summary>
    /// <exception cref="NotExportableException">As for <see cref="ToBytes"/>.</exception>
    /// <param name="stream">The stream.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        OnnxFile.Write(stream, Models.ModelFileModule.toOnnx(Value));
    }

    /// <summary>The bytes that <see cref="Save(string)"/> writes.</summary>
    /// <exception cref="NotExportableException">The network, read from a file from elsewhere, cannot be written for batches of any size:
    /// this depends on its layers, not on their weights.</exception>
    public byte[] ToBytes() => OnnxFile.ToBytes(Models.ModelFileModule.toOnnx(Value));

    /// <summary>The same model with another network: columns, classes and loss stay; the options of its training do
    /// not.</summary>
    /// <param name="network">From the model's columns to as many outputs.</param>
    /// <exception cref="HybridException">The network has another number of inputs or outputs.</exception>
    public Model WithNetwork(NeuralNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Inputs != Inputs)
            throw new HybridException($"The network takes {network.Inputs} inputs, but the model has {Inputs} columns.");

        return new Model(Models.ModelModule.withNetwork(network.Value, Value));
    }

    /// <summary>A model from a network that was built or trained elsewhere.</summary>
    /// <param name="network">From the columns' numbers to one output per class, or to one quantity.</param>
    /// <param name="columns">The names of its inputs.</param>
    /// <param name="classes">The names of its outputs. Null if it returns a quantity.</param>
    /// <param name="target">The name of what it predicts.</param>
    /// <exception cref="HybridException">There is not one name per input or output, or a name is missing or occurs
    /// twice.</exception>
    public static Model Create(
        NeuralNetwork network, IReadOnlyList<string> columns, IReadOnlyList<string>? classes = null, string target = "target")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(target);

        if (columns.Count != network.Inputs)
            throw new HybridException($"There are {columns.Count} names for the network's {network.Inputs} inputs.");
        if ((classes?.Count ?? 1) != network.Outputs)
            throw new HybridException(
                $"There are {(classes is null ? "no" : classes.Count)} names of classes for the network's {network.Outputs} outputs.");

        Data.Records.requireDistinct("columns", columns);
        Data.Records.requireDistinct("classes", classes ?? []);
        var kind = classes is null ? ColumnKind.Numeric : ColumnKind.NewCategory([.. classes]);
        return new Model(Models.ModelModule.create(
            network.Value,
            new Schema(
                [.. columns.Select(name => ColumnModule.numeric(name))], [new Column(target, kind)], ReadingModule.plain),
            classes is null ? LossModule.squared : LossModule.softmax));
    }

    /// <summary>Loss and quality on examples with their targets.</summary>
    /// <param name="data">Examples with the model's columns, in any order, and classes.</param>
    /// <exception cref="TableException">Their columns or classes are not the model's.</exception>
    /// <exception cref="HybridException">There are no examples.</exception>
    /// <exception cref="NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    public Metrics Evaluate(TableData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0)
            throw new HybridException($"{data.Source}: there are no examples to measure on.");

        using var engine = Kernels.CpuEngine.Create();

        try
        {
            return Metrics.Of(Models.Evaluation.evaluator(engine, Value).Invoke(Examples(data)), Value.Schema);
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(Value, data.Source, 0, error);
        }
    }

    /// <summary>The same on data that is read for the model: columns are found by name; categories and classes are the
    /// model's.</summary>
    /// <param name="data">A built-in name, a folder, or a table with the target.</param>
    /// <param name="part">A part of the training data, reproduced. Null: all, or the test part of data that comes with
    /// one.</param>
    /// <exception cref="HybridException">The data cannot be read or does not fit the model, or the part cannot be
    /// reproduced.</exception>
    public Metrics Evaluate(string data, DataPart? part = null) => Evaluate(ModelData.Load(this, data).Select(part).Examples);

    /// <summary>Metrics of the predictions for examples with their targets.</summary>
    /// <param name="data">As for <see cref="Evaluate(TableData)"/>.</param>
    /// <param name="metrics">Names out of <see cref="Metric.Names"/>. None: the usual ones of those that have a value, beyond what
    /// <see cref="Evaluate(TableData)"/> measures.</param>
    /// <exception cref="TableException">As for <see cref="Evaluate(TableData)"/>.</exception>
    /// <exception cref="HybridException">A name is unknown, or there are no examples.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public IReadOnlyList<MetricValue> Measure(TableData data, params IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(metrics);
        Metric[] named = [.. metrics.Select(Metric.Named)];
        if (data.Count == 0)
            throw new HybridException($"{data.Source}: there are no examples to measure on.");

        using var engine = Kernels.CpuEngine.Create();

        try
        {
            var values = Models.Evaluation.measure(engine, [.. named.Select(metric => metric.Value)], Examples(data), Value);
            return [.. values.Select(one => MetricValue.Of(one.Item1.Name, one.Item2))];
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(Value, data.Source, 0, error);
        }
    }

    /// <summary>A measure of your own on examples with their targets.</summary>
    /// <example><code>model.Measure(data, (outputs, targets) => outputs.Zip(targets, (p, t) => Math.Abs(p - t)).Max())</code></example>
    /// <param name="data">Examples with the model's columns, in any order, and classes.</param>
    /// <param name="metric">From the outputs of all examples, row by row, and the targets of each, the index of its class or quantities
    /// in their own units, to a number.</param>
    /// <exception cref="TableException">Their columns or classes are not the model's.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public double Measure(TableData data, Func<double[], double[], double> metric)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(metric);
        var examples = Examples(data);
        var targets = examples.Pick(LearningTaskModule.targets(Models.ModelModule.task(Value)), examples.Targets);
        return metric(Predict(data), Classes is null ? InUnit(targets) : Array.ConvertAll(targets, target => (double)target));
    }

    /// <summary>Such as "species from 4 columns: ", followed by the <see cref="NetworkDescription"/> of the
    /// network.</summary>
    public override string ToString() => $"{TargetName} from {Inputs} columns: {Network}";

    /// <summary>The same in the F# core.</summary>
    internal Models.FSharpModel Value { get; }

    /// <summary>Examples with their targets as training sees them: class indices, or the quantity.</summary>
    /// <exception cref="TableException">Their columns or classes are not the model's.</exception>
    internal Examples Examples(TableData data) => Models.ModelModule.examplesAt(data.Rows, Value, data.Value);
}
