using System.Runtime.InteropServices;

namespace Hybrid.Tests.Support;

/// <summary>
/// A model in the real ONNX Runtime, through its C interface: the library exports one function, which answers a table
/// of function pointers. New versions only append to the table, so the numbers of its entries are stable.
/// </summary>
sealed unsafe class OnnxRuntime : IDisposable
{
    /// <summary>The environment variable that holds the path of the library.</summary>
    public const string Variable = "HYBRID_ORT";

    const uint ApiVersion = 17;
    const int FloatElement = 1;
    const int FatalOnly = 4;

    readonly void** api;
    nint environment;
    nint options;
    nint memory;
    nint session;

    /// <param name="model">The content of an .onnx file.</param>
    /// <exception cref="InvalidOperationException">No library, or it refuses the model and says why.</exception>
    public OnnxRuntime(ReadOnlySpan<byte> model)
    {
        var path = LibraryPath
            ?? throw new InvalidOperationException($"Set {Variable} to the path of libonnxruntime.");
        var getBase = (delegate* unmanaged<void**>)NativeLibrary.GetExport(NativeLibrary.Load(path), "OrtGetApiBase");
        api = (void**)((delegate* unmanaged<uint, void*>)getBase()[0])(ApiVersion);
        if (api is null)
        {
            throw new InvalidOperationException($"{path} is older than version {ApiVersion} of its interface.");
        }

        try
        {
            nint made;
            fixed (byte* name = "hybrid\0"u8)
            {
                Check(((delegate* unmanaged<int, byte*, nint*, nint>)api[Entry.CreateEnv])(FatalOnly, name, &made));
            }

            environment = made;
            Check(((delegate* unmanaged<nint*, nint>)api[Entry.CreateSessionOptions])(&made));
            options = made;
            Check(((delegate* unmanaged<nint, int, nint>)api[Entry.SetIntraOpNumThreads])(options, 1));
            Check(((delegate* unmanaged<int, int, nint*, nint>)api[Entry.CreateCpuMemoryInfo])(0, 0, &made));
            memory = made;
            fixed (byte* bytes = model)
            {
                Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)api[Entry.CreateSessionFromArray])(
                    environment, bytes, (nuint)model.Length, options, &made));
            }

            session = made;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The path of the library, or null where the variable is not set.</summary>
    public static string? LibraryPath =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Opens a model file without external data.</summary>
    public static OnnxRuntime Open(string path) => new(File.ReadAllBytes(path));

    /// <summary>Runs the model on one float32 input.</summary>
    /// <param name="input">The name of the input.</param>
    /// <param name="values">Its numbers, row-major.</param>
    /// <param name="dimensions">Its shape.</param>
    /// <param name="outputs">The names of the wanted outputs, each float32.</param>
    /// <returns>The outputs in the order of their names.</returns>
    /// <exception cref="InvalidOperationException">The run fails; the message is the library's.</exception>
    public OnnxRuntimeOutput[] Run(string input, float[] values, long[] dimensions, params string[] outputs)
    {
        ObjectDisposedException.ThrowIf(session == 0, this);
        // A pinned empty array has no address, and the library wants one.
        var buffer = values.Length > 0 ? values : new float[1];
        var names = outputs.Prepend(input).Select(name => Marshal.StringToCoTaskMemUTF8(name)).ToArray();
        var results = new nint[outputs.Length];
        nint tensor = 0;
        try
        {
            fixed (float* data = buffer)
            fixed (long* shape = dimensions)
            fixed (nint* name = names, result = results)
            {
                nint made;
                Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)
                    api[Entry.CreateTensorWithData])(memory, data, (nuint)values.Length * sizeof(float), shape,
                    (nuint)dimensions.Length, FloatElement, &made));
                tensor = made;
                Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)
                    api[Entry.Run])(session, 0, name, &made, 1, name + 1, (nuint)outputs.Length, result));
            }

            return [.. results.Select(Read)];
        }
        finally
        {
            Array.ForEach(names, Marshal.FreeCoTaskMem);
            Array.ForEach(results, result => Release(Entry.ReleaseValue, ref result));
            Release(Entry.ReleaseValue, ref tensor);
        }
    }

    public void Dispose()
    {
        Release(Entry.ReleaseSession, ref session);
        Release(Entry.ReleaseMemoryInfo, ref memory);
        Release(Entry.ReleaseSessionOptions, ref options);
        Release(Entry.ReleaseEnv, ref environment);
    }

    OnnxRuntimeOutput Read(nint value)
    {
        nint information;
        Check(((delegate* unmanaged<nint, nint*, nint>)api[Entry.GetTensorTypeAndShape])(value, &information));
        try
        {
            int type;
            Check(((delegate* unmanaged<nint, int*, nint>)api[Entry.GetTensorElementType])(information, &type));
            if (type != FloatElement)
            {
                throw new InvalidOperationException($"The output is of element type {type}, not float32.");
            }

            nuint rank, count;
            void* data;
            Check(((delegate* unmanaged<nint, nuint*, nint>)api[Entry.GetDimensionsCount])(information, &rank));
            var dimensions = new long[(int)rank];
            fixed (long* shape = dimensions)
            {
                Check(((delegate* unmanaged<nint, long*, nuint, nint>)api[Entry.GetDimensions])(
                    information, shape, rank));
            }

            Check(((delegate* unmanaged<nint, nuint*, nint>)api[Entry.GetTensorShapeElementCount])(
                information, &count));
            Check(((delegate* unmanaged<nint, void**, nint>)api[Entry.GetTensorMutableData])(value, &data));
            return new OnnxRuntimeOutput(new ReadOnlySpan<float>(data, (int)count).ToArray(), dimensions);
        }
        finally
        {
            Release(Entry.ReleaseTensorTypeAndShapeInfo, ref information);
        }
    }

    void Check(nint status)
    {
        if (status != 0)
        {
            var message = Marshal.PtrToStringUTF8(
                (nint)((delegate* unmanaged<nint, byte*>)api[Entry.GetErrorMessage])(status));
            Release(Entry.ReleaseStatus, ref status);
            throw new InvalidOperationException(message);
        }
    }

    void Release(int entry, ref nint handle)
    {
        if (handle != 0)
        {
            ((delegate* unmanaged<nint, void>)api[entry])(handle);
            handle = 0;
        }
    }

    /// <summary>Places in the table, counted in the order of the library's header.</summary>
    static class Entry
    {
        public const int GetErrorMessage = 2;
        public const int CreateEnv = 3;
        public const int CreateSessionFromArray = 8;
        public const int Run = 9;
        public const int CreateSessionOptions = 10;
        public const int SetIntraOpNumThreads = 24;
        public const int CreateTensorWithData = 49;
        public const int GetTensorMutableData = 51;
        public const int GetTensorElementType = 60;
        public const int GetDimensionsCount = 61;
        public const int GetDimensions = 62;
        public const int GetTensorShapeElementCount = 64;
        public const int GetTensorTypeAndShape = 65;
        public const int CreateCpuMemoryInfo = 69;
        public const int ReleaseEnv = 92;
        public const int ReleaseStatus = 93;
        public const int ReleaseMemoryInfo = 94;
        public const int ReleaseSession = 95;
        public const int ReleaseValue = 96;
        public const int ReleaseTensorTypeAndShapeInfo = 99;
        public const int ReleaseSessionOptions = 100;
    }
}

/// <summary>One output of a run: its numbers, row-major, and its shape.</summary>
sealed record OnnxRuntimeOutput(float[] Values, long[] Dimensions);
