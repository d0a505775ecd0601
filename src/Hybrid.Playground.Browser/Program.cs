using System.Runtime.InteropServices;
using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Playground.Browser;

/// <summary>What a web worker calls: trainings by number, answers as JSON, pictures as the bytes of float32 numbers.</summary>
[SupportedOSPlatform("browser")]
static partial class Program
{
    static readonly Dictionary<int, LiveTraining> trainings = [];

    // the vectors of WebAssembly are slower than single numbers as long as they are interpreted
    static void Main() => Environment.SetEnvironmentVariable(CpuEngine.Variable, "scalar");

    /// <summary>Makes a table's text a file of the page's own, which no other page or program sees.</summary>
    [JSExport]
    internal static void Write(string file, string text) => File.WriteAllText(file, text);

    /// <summary>Prepares a training in place of the one of this number.</summary>
    [JSExport]
    internal static string Open(int number, string[] words) => Answer(() =>
    {
        var training = new LiveTraining(words);
        Close(number);
        trainings[number] = training;
        return Answers.Description(training);
    });

    [JSExport]
    internal static void Close(int number)
    {
        if (trainings.Remove(number, out var training))
            training.Dispose();
    }

    [JSExport]
    internal static string Advance(int number, int milliseconds, int most, int after) => Answer(() =>
    {
        if (most > 0)
            trainings[number].Advance(TimeSpan.FromMilliseconds(milliseconds), most);
        return Answers.Progress(trainings[number], after);
    });

    [JSExport]
    internal static byte[] Picture(int number, int epoch, int size, int x, int y, double[] range, int row) => Bytes(
        trainings[number].Picture(epoch, new(x, y, range[0], range[1], range[2], range[3], row), size));

    [JSExport]
    internal static byte[] Parameters(int number, int epoch) => Bytes(trainings[number].Parameters(epoch));

    /// <summary>The values of every example, the targets, and the part that it is in: 0 training, 1 validation, 2 test.</summary>
    [JSExport]
    internal static double[] Examples(int number) => trainings[number].Examples();

    [JSExport]
    internal static string Units(int number, int epoch) => Answer(() => Answers.Units(trainings[number], epoch));

    [JSExport]
    internal static string Examine(int number, int epoch) => Answer(() => Answers.Examined(trainings[number], epoch));

    [JSExport]
    internal static string Gradients(int number, int epoch) => Answer(() => Answers.Gradients(trainings[number], epoch));

    [JSExport]
    internal static string Certify(int number, int epoch, double[] values, double radius) =>
        Answer(() => Answers.Certified(trainings[number], epoch, values, radius));

    [JSExport]
    internal static string Approximate(string formula, string method, double epsilon, double from, double to) =>
        Answer(() => Answers.Approximated(formula, method, epsilon, from, to));

    /// <summary>Points of a formula as the text of a table.</summary>
    [JSExport]
    internal static string Points(string formula, double from, double to, int count, double noise, int seed) =>
        Answer(() => new() { ["csv"] = FormulaPoints.Csv(formula, from, to, count, noise, (ulong)seed) });

    [JSExport]
    internal static string Edit(int number, int epoch, string parameter, int index, double value) => Answer(() =>
    {
        trainings[number].Edit(epoch, parameter, index, (float)value);
        return Answers.Progress(trainings[number], -1);
    });

    /// <summary>The model of an epoch as an ONNX file.</summary>
    [JSExport]
    internal static byte[] Onnx(int number, int epoch) => trainings[number].File(epoch);

    /// <summary>The file that hybrid train writes for the whole training.</summary>
    [JSExport]
    internal static byte[] Best(int number) => trainings[number].Best.ToBytes();

    /// <summary>The training up to an epoch as a command line, in C# and in F#, and why its model may be another.</summary>
    [JSExport]
    internal static string Texts(int number, int epoch) => Answer(() =>
    {
        var command = trainings[number].CommandAt(epoch);
        return new()
        {
            ["command"] = command.ToString(), ["csharp"] = command.ToCSharp(), ["fsharp"] = command.ToFSharp(),
            ["difference"] = trainings[number].Difference(epoch),
        };
    });

    static string Answer(Func<JsonObject> work)
    {
        try
        {
            return work().ToJsonString();
        }
        catch (Exception error)
        {
            return new JsonObject { ["problem"] = Answers.Problem(error) }.ToJsonString();
        }
    }

    static byte[] Bytes(float[] numbers) => MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
}
