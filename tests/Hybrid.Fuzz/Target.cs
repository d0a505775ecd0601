using Hybrid.Tests.Hostile;
using Hybrid.Tests.Support;
using SharpFuzz;

namespace Hybrid.Fuzz;

/// <summary>What a search runs again and again: a reader, held to what it may do.</summary>
static class Target
{
    /// <summary>Reads what AFL++ writes. What the reader may not do is thrown: SharpFuzz tells AFL++ of it.</summary>
    /// <param name="find">Finds the reader, on the first file.</param>
    public static void Serve(Func<HostileReader> find)
    {
        using var folder = new TemporaryFolder();
        HostileReader? reader = null;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            reader ??= find();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            if (Read(reader, bytes.ToArray(), folder) is { } complaint)
                throw new InvalidOperationException(complaint.Text);
        });
    }

    /// <summary>What is wrong with how a file is read; null if it is read, or refused in words.</summary>
    public static Complaint? Read(HostileReader reader, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        return Read(reader, bytes, folder);
    }

    static Complaint? Read(HostileReader reader, byte[] bytes, TemporaryFolder folder)
    {
        var path = folder.File(reader.File);
        File.WriteAllBytes(path, bytes);
        return Watched.OnThisThread(path, new FuzzCase(reader.File, bytes, reader.Read), reader.Allowed(bytes));
    }
}
