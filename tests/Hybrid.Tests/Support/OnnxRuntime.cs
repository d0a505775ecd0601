using Microsoft.ML.OnnxRuntime;

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
    /// <param name="outputs">The names of the wanted outputs, each float32.</param>
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

    public void Dispose() => session.Dispose();

    static OnnxRuntimeOutput Read(OrtValue value) =>
        new(value.GetTensorDataAsSpan<float>().ToArray(), value.GetTensorTypeAndShape().Shape);

    /// <summary>What the runtime returns, or why it refuses, as an exception that no caller needs its package for.</summary>
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

/// <summary>One output of a run: its numbers, row-major, and its shape.</summary>
sealed record OnnxRuntimeOutput(float[] Values, long[] Dimensions);
