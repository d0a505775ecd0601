using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Support;

/// <summary>A model in the real ONNX Runtime.</summary>
sealed class OnnxRuntime : IDisposable
{
    readonly InferenceSession session;

    /// <param name="model">The content of an .onnx file.</param>
    /// <exception cref="InvalidOperationException">The runtime refuses the model and says why.</exception>
    public OnnxRuntime(ReadOnlySpan<byte> model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        session = Told(model.ToArray(), bytes => new InferenceSession(bytes, options));
    }

    /// <summary>Opens a model file without external data.</summary>
    public static OnnxRuntime Open(string path) => new(File.ReadAllBytes(path));

    /// <summary>Runs the model on one float32 input.</summary>
    /// <param name="input">The name of the input.</param>
    /// <param name="values">Its numbers, row-major.</param>
    /// <param name="dimensions">Its shape.</param>
    /// <param name="outputs">The names of the wanted outputs.</param>
    /// <returns>The outputs in the order of their names.</returns>
    /// <exception cref="InvalidOperationException">The run fails; the message is the runtime's.</exception>
    public OnnxRuntimeOutput[] Run(string input, float[] values, long[] dimensions, params string[] outputs) =>
        Told(values, given =>
        {
            using var tensor = OrtValue.CreateTensorValueFromMemory(given, dimensions);
            using var run = new RunOptions();
            using var results = session.Run(run, [input], [tensor], outputs);
            return results.Select(Read).ToArray();
        });

    /// <summary>Runs a model in the precision of its only input and of an output.</summary>
    /// <param name="values">The numbers of its input, float32 or float64, row-major.</param>
    /// <param name="dimensions">Their shape.</param>
    /// <param name="output">The name of the wanted output.</param>
    /// <returns>The output, of float32 or float64, in double precision.</returns>
    /// <exception cref="InvalidOperationException">The run fails; the message is the runtime's.</exception>
    public double[] Run<T>(T[] values, long[] dimensions, string output)
        where T : unmanaged =>
        Told(values, given =>
        {
            using var tensor = OrtValue.CreateTensorValueFromMemory(given, dimensions);
            using var run = new RunOptions();
            using var results = session.Run(run, [session.InputNames[0]], [tensor], [output]);
            return results[0].GetTensorTypeAndShape().ElementDataType == TensorElementType.Double
                ? results[0].GetTensorDataAsSpan<double>().ToArray()
                : Array.ConvertAll(results[0].GetTensorDataAsSpan<float>().ToArray(), value => (double)value);
        });

    /// <summary>Runs the model on several inputs, of float32 or of integers of 64 bits.</summary>
    /// <param name="inputs">Their names, types, numbers and shapes.</param>
    /// <param name="output">The name of the wanted output.</param>
    /// <exception cref="InvalidOperationException">The run fails; the message is the runtime's.</exception>
    public OnnxRuntimeOutput Run((string Name, DataType Type, float[] Values, long[] Dimensions)[] inputs, string output) =>
        Told(inputs, given =>
        {
            using var run = new RunOptions();
            var values = given.Select(input => input.Type == DataType.Int64
                ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(input.Values, value => (long)value), input.Dimensions)
                : OrtValue.CreateTensorValueFromMemory(input.Values, input.Dimensions)).ToList();
            using var results = session.Run(run, [.. given.Select(input => input.Name)], values, [output]);
            return Read(results[0]);
        });

    /// <summary>Runs a model that has no input.</summary>
    /// <param name="outputs">The names of the wanted outputs.</param>
    /// <exception cref="InvalidOperationException">The run fails; the message is the runtime's.</exception>
    public OnnxRuntimeOutput[] Run(params string[] outputs) =>
        Told(outputs, wanted =>
        {
            using var run = new RunOptions();
            using var results = session.Run(run, [], [], wanted);
            return results.Select(Read).ToArray();
        });

    public void Dispose() => session.Dispose();

    static OnnxRuntimeOutput Read(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        float[] values = info.ElementDataType switch
        {
            TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
            TensorElementType.Int64 => Array.ConvertAll(value.GetTensorDataAsSpan<long>().ToArray(), whole => (float)whole),
            TensorElementType.Int32 => Array.ConvertAll(value.GetTensorDataAsSpan<int>().ToArray(), whole => (float)whole),
            TensorElementType.Bool => Array.ConvertAll(value.GetTensorDataAsSpan<bool>().ToArray(), truth => truth ? 1f : 0f),
            var other => throw new InvalidOperationException($"The output is of type {other}."),
        };
        return new OnnxRuntimeOutput(values, info.Shape, (DataType)(int)info.ElementDataType);
    }

    /// <summary>The runtime's results, or its refusal, as an exception that needs no reference to its package.</summary>
    static TResult Told<TGiven, TResult>(TGiven given, Func<TGiven, TResult> ask)
    {
        try
        {
            return ask(given);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }
}

/// <summary>One output of a run: its numbers, row-major, its shape, and its type in the format.</summary>
sealed record OnnxRuntimeOutput(float[] Values, long[] Dimensions, DataType Type);
