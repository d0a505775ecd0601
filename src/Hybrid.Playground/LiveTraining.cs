using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Hybrid.Data;
using Hybrid.Kernels;
using Hybrid.Models;
using Microsoft.FSharp.Core;

namespace Hybrid.Playground;

/// <summary>A training that can be stopped after any epoch, looked at, changed by hand and continued. It takes the steps of
/// hybrid train with the same words, to the bit. For one thread.</summary>
public sealed class LiveTraining : IDisposable
{
    /// <summary>When kept networks have more numbers together, every second one is forgotten.</summary>
    const long MostNumbers = 1 << 24;

    readonly Engine engine = CpuEngine.Create(1);
    readonly List<KeptEpoch> kept = [];
    Prepared prepared;
    PartWatch? test;
    UnitWatch units;
    UnitOutputs outputs;
    IEnumerator<TrainedEpoch> epochs;
    Models.Progress? progress;
    long numbers;
    int spacing = 1, offset;

    /// <summary>Prepares a training, without a step.</summary>
    /// <param name="words">The command line: train, the data, options.</param>
    /// <exception cref="HybridException">A word, the data or an option is refused; the message says why.</exception>
    public LiveTraining(IReadOnlyList<string> words)
    {
        Command = TrainingCommand.Parse(words);
        Table = TableData.Load(Command.Data, Command.Table);
        prepared = Prepare(Command);
        Restart();
    }

    Prepared Prepare(TrainingCommand command) => Recipe.prepare(
        command.Options.Value(GradientSourceModule.graph),
        new Sets(Table.Whole(), Table.TestPart is { } part ? FSharpOption<Table>.Some(part.Whole()) : null));

    /// <summary>The command line.</summary>
    public TrainingCommand Command { get; }

    /// <summary>All examples.</summary>
    public TableData Table { get; }

    /// <summary>Whether there is no further epoch.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether weights were changed by hand: the command line then does not give this model.</summary>
    public bool IsEdited { get; private set; }

    /// <summary>What stopped the training before its end; null if nothing did.</summary>
    public HybridException? Failure { get; private set; }

    /// <summary>The number of the last epoch.</summary>
    public int Last => kept[^1].Number;

    internal Prepared Prepared => prepared;

    internal IReadOnlyList<KeptEpoch> Kept => kept;

    internal IReadOnlyList<Block> Blocks => [.. outputs.Blocks];

    /// <summary>Begins with the prepared network, after the epochs that are kept.</summary>
    [MemberNotNull(nameof(units), nameof(outputs), nameof(epochs))]
    void Restart()
    {
        epochs?.Dispose();
        (IsDone, Failure, progress) = (false, null, null);
        epochs = Recipe.trained(engine, FuncConvert.FromFunc(() => false), prepared).GetEnumerator();
        test = prepared.OwnTest is null && prepared.Split.Test is { Length: > 0 } rows
            ? new PartWatch(engine, prepared, rows)
            : null;
        units = new UnitWatch(engine, prepared);
        var rate = prepared.Record.LearningRate?.Value ?? double.NaN;
        var start = new Epoch(offset, prepared.Learned, double.NaN, null, rate, false);
        outputs = new UnitOutputs(engine, Recipe.model(prepared, start).Network, Table.Columns.Count);

        if (kept.Count == 0)
            Keep(start, new PartWatch(engine, prepared, prepared.Split.Training).Measure(prepared.Learned).Loss);
    }

    /// <summary>Takes epochs until a time is over, but at least one.</summary>
    /// <param name="time">How long.</param>
    /// <param name="most">The maximum number of epochs.</param>
    /// <returns>Whether there was one.</returns>
    public bool Advance(TimeSpan time, int most = int.MaxValue)
    {
        var before = Last;
        var watch = Stopwatch.StartNew();
        for (var taken = 0; taken < most && !IsDone && (taken == 0 || watch.Elapsed < time); taken++)
            try
            {
                if (!epochs.MoveNext())
                {
                    IsDone = true;
                    break;
                }

                progress = epochs.Current.Progress;
                var epoch = epochs.Current.Epoch;
                Keep(epoch, epoch.TrainingLoss);
                IsDone = epoch.Number >= prepared.Record.Epochs;
            }
            catch (HybridException error)
            {
                (IsDone, Failure) = (true, error);
            }

        return Last > before;
    }

    void Keep(Epoch epoch, double loss)
    {
        Measures? measured = null;
        try
        {
            measured = test?.Measure(epoch.Network);
        }
        catch (NonFiniteResultException)
        {
            // the loss then is drawn as a gap
        }

        var number = epoch.Number + (kept.Count == 0 ? 0 : offset);
        kept.Add(new(epoch, number, loss, epoch.Validation?.Value.Loss, measured, epoch.LearningRate));
        numbers += prepared.Parameters;
        if (numbers <= MostNumbers)
            return;

        spacing *= 2;
        numbers = 0;
        for (var i = 0; i < kept.Count; i++)
            if (kept[i].Number % spacing != 0 && i < kept.Count - 1)
                kept[i] = kept[i] with { Epoch = null };
            else if (kept[i].Epoch is not null)
                numbers += prepared.Parameters;
    }

    /// <summary>The latest kept epoch that is not after one.</summary>
    internal KeptEpoch At(int epoch) => kept.Last(each => each.Epoch is not null && (each.Number <= epoch || each.Number == 0));

    /// <summary>The model after an epoch.</summary>
    /// <param name="epoch">From 0.</param>
    public Model Model(int epoch) => new(Recipe.model(prepared, At(epoch).Epoch!));

    /// <summary>The command line that takes the steps up to an epoch: with so many epochs, unless their number changes the steps.</summary>
    /// <param name="epoch">From 1; 0 for all of them.</param>
    public TrainingCommand CommandAt(int epoch) =>
        epoch == 0 || epoch == prepared.Record.Epochs || IsScheduled ? Command : Command.WithEpochs(epoch);

    /// <summary>Why the command line's model is another than that of an epoch; null if it is the same, byte for byte.</summary>
    /// <param name="epoch">From 0.</param>
    public string? Difference(int epoch) =>
        IsEdited ? "weights were changed by hand since"
        : epoch == 0 ? "before the first step"
        : IsScheduled && epoch < prepared.Record.Epochs ? $"at epoch {epoch} of these: the schedule depends on their number"
        : prepared.Validation is not null ? "it keeps the best of the epochs by the validation part"
        : null;

    /// <summary>The model after an epoch as a file: that of the command line, if it gives the same model.</summary>
    /// <param name="epoch">From 0.</param>
    public byte[] File(int epoch) =>
        Difference(epoch) is null && CommandAt(epoch) is var command && command != Command
            ? new Model(Recipe.model(Prepare(command), At(epoch).Epoch!)).ToBytes()
            : Model(epoch).ToBytes();

    /// <summary>Whether the learning rate depends on the number of epochs.</summary>
    bool IsScheduled => prepared.Record.Schedule?.Value is { } schedule && schedule != ScheduleModule.constant.Name;

    /// <summary>The values of every example, its target, and the part that it is in: 0 training, 1 validation, 2 test.</summary>
    public double[] Examples()
    {
        var part = new int[Table.Count];
        foreach (var row in prepared.Split.Validation)
            part[row] = 1;
        foreach (var row in prepared.Split.Test)
            part[row] = 2;

        return
        [
            .. Enumerable.Range(0, Table.Count)
                .SelectMany(row => (double[])[.. Table.Values(row), Table.Target(row), part[row]]),
        ];
    }

    /// <summary>What hybrid train writes: the model of the best epoch.</summary>
    /// <exception cref="InvalidOperationException">There was no epoch yet.</exception>
    public Model Best => progress is { } made
        ? new(Recipe.conclude(engine, prepared, made).Model)
        : throw new InvalidOperationException("There was no epoch yet.");

    /// <summary>The outputs of every unit in a view: of the first layer's first unit at all points, and so on; the network's
    /// outputs last, in the target's own unit.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="view">The slice.</param>
    /// <param name="size">The number of cells per column that varies.</param>
    public float[] Picture(int epoch, View view, int size)
    {
        var inputs = view.Inputs(Table, size);
        var points = inputs.Length / Table.Columns.Count;
        var blocks = outputs.Run(Recipe.model(prepared, At(epoch).Epoch!).Network, inputs);
        var picture = new float[blocks.Sum(block => block.Length)];
        var at = 0;

        foreach (var block in blocks)
            for (var unit = 0; unit < block.Length / points; unit++)
                for (var point = 0; point < points; point++)
                    picture[at++] = block[point * (block.Length / points) + unit];

        var shift = (float)(Table.Classes is null ? Table.Targets[0].Offset : 0);
        for (var i = picture.Length - blocks[^1].Length; shift != 0 && i < picture.Length; i++)
            picture[i] += shift;

        return picture;
    }

    /// <summary>The parameters after an epoch, one after the other, as in <see cref="Answers.Description"/>.</summary>
    /// <param name="epoch">From 0.</param>
    public float[] Parameters(int epoch) =>
        [.. NetworkModule.parameters(At(epoch).Epoch!.Network).SelectMany(parameter => Eager.value(engine, parameter.Item2))];

    /// <summary>What the units do on the training examples after an epoch.</summary>
    internal NetworkUnits Units(int epoch) => units.Measure(At(epoch).Epoch!.Network);

    /// <summary>Sets one number of a parameter after an epoch, and continues from there with a new state of the optimizer.</summary>
    /// <param name="epoch">From 0; what came after it is forgotten.</param>
    /// <param name="parameter">Its name, such as 1.weight.</param>
    /// <param name="index">The place in it, from 0.</param>
    /// <param name="value">The number.</param>
    public void Edit(int epoch, string parameter, int index, float value)
    {
        var from = At(epoch);
        Tensor Edited(string name, Tensor tensor)
        {
            if (name != parameter)
                return tensor;

            var values = Eager.value(engine, tensor).ToArray();
            values[index] = value;
            return TensorModule.single(tensor.Shape, values);
        }

        var edited = NetworkModule.map(FuncConvert.FromFunc<string, Tensor, Tensor>(Edited), from.Epoch!.Network);
        prepared = Prepared.StartingFrom(NetworkModule.thaw(prepared.Start, edited));
        kept.RemoveAll(each => each.Number > from.Number);
        kept[^1] = kept[^1] with { Epoch = new Epoch(from.Epoch.Number, edited, double.NaN, null, from.Rate, false) };
        offset = from.Number;
        IsEdited = true;
        Restart();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        epochs.Dispose();
        (engine as IDisposable)?.Dispose();
    }
}
