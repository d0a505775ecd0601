using Hybrid.Models;
using Hybrid.Onnx;

namespace Hybrid.Benchmarks;

/// <summary>A network of given sizes and one batch, ready for training and prediction: the plans that training and use
/// run.</summary>
sealed class Workload
{
    readonly Plan step, inference;
    readonly Inference network;
    readonly float[] outputs;

    /// <summary>The sizes of inputs, hidden layers and outputs: one output is a number, several are classes.</summary>
    public Workload(Engine engine, int[] sizes, int batch, string optimizer, string activation)
        : this(engine, Network(sizes, activation), sizes, batch, optimizer)
    {
    }

    /// <summary>A network between the first and the last of the sizes.</summary>
    public Workload(Engine engine, Network network, int[] sizes, int batch, string optimizer)
    {
        (step, State) = Training(engine, network, sizes, batch, optimizer);
        var traced = NetworkModule.withInputs(network);
        var x = TensorModule.input(InputName.Features, ListModule.OfSeq([batch, sizes[0]]));
        inference = PlanModule.compileWith(
            new PlanOptions(PlanModule.defaults.Poison, new FixedValues(), null, PlanModule.defaults.Cancelled), engine,
            InferenceModule.state(engine, network), ListModule.OfSeq([NetworkModule.forward(traced, x)]),
            ListModule.Empty<Tuple<string, Tensor>>());

        this.network = InferenceModule.create(engine, network, sizes[0]);
        outputs = new float[batch * sizes[^1]];
        var random = new System.Random(1);

        foreach (var input in new[] { step.Input(InputName.Features), inference.Input(InputName.Features) })
            for (var i = 0; i < input.Length; i++)
                input[i] = random.NextSingle();

        var target = step.Input(InputName.Target);

        for (var i = 0; i < target.Length; i++)
            target[i] = sizes[^1] == 1 ? random.NextSingle() : i % sizes[^1];

        Engine = engine.Name;
        Operations = 2.0 * step.Steps.Sum(each => each.MultiplyAdds);
    }

    /// <summary>The plan of a training step, and the state that it updates.</summary>
    public static (Plan Step, Dictionary<string, float[]> State) Training(
        Engine engine, Network network, int[] sizes, int batch, string optimizer)
    {
        var task = sizes[^1] == 1 ? LearningTask.NewRegression(1) : LearningTask.NewClassification(sizes[^1]);
        var options = new StepOptions(
            task, LossModule.named(sizes[^1] == 1 ? "squared" : "softmax"), RegularizerModule.none,
            OptimizerModule.named(optimizer), ScheduleModule.constant, LearningRate, null, batch, 1, 1, null, null,
            GradientSourceModule.graph, null, 1);
        var (loss, updates) = Core.Step.graph(options, false, NetworkModule.withInputs(network), sizes[0], batch);
        var state = InferenceModule.state(engine, network);
        state[InputName.Step] = new float[2];
        state[InputName.Rate] = [LearningRate];

        foreach (var (name, value) in updates)
            state.TryAdd(name, new float[ShapeModule.size(value.Shape)]);

        return (PlanModule.compile(engine, state, ListModule.OfSeq([loss]), updates), state);
    }

    const float LearningRate = 1e-3f;

    /// <summary>The name of its engine.</summary>
    public string Engine { get; }

    public Dictionary<string, float[]> State { get; }

    /// <summary>The calls of a step.</summary>
    public IReadOnlyList<PlanStep> Steps => step.Steps;

    /// <summary>The calls of a prediction of the batch as a whole.</summary>
    public IReadOnlyList<PlanStep> InferenceSteps => inference.Steps;

    /// <summary>float32 operations of a step's matrix products.</summary>
    public double Operations { get; }

    /// <summary>Forward, backward and update.</summary>
    public void Step() => step.Run();

    public float Loss => step.Output(0)[0];

    /// <summary>Forward only, as a program predicts rows.</summary>
    public void Infer() => network.Run(inference.Input(InputName.Features), outputs);

    public static Network Network(int[] sizes, string activation) => Dense.network(activation, 1, ListModule.OfSeq(sizes));

    /// <summary>The network of an ONNX file.</summary>
    public static Network Read(string path) => ModelFileModule.network(ModelFileModule.ofOnnx(OnnxFile.Read(path))).Item1;

    public static long Parameters(int[] sizes) => sizes.Zip(sizes.Skip(1), (inputs, outputs) => (inputs + 1L) * outputs).Sum();
}
