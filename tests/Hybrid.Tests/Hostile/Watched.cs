using System.Collections.Concurrent;
using System.Text;
using Hybrid.Tests.Support;

namespace Hybrid.Tests.Hostile;

/// <summary>A rule that a reader broke.</summary>
/// <param name="Kind">Equal for failures that have the same cause, most likely.</param>
/// <param name="Text">What happened, in full.</param>
sealed record Complaint(string Kind, string Text);

/// <summary>Reads files on a separate thread, so that an endless read is noticed, and measures the cost.</summary>
sealed class Watched
{
    const int LongestMessage = 4_100;

    /// <summary>As some systems give a thread no more: what calls itself for every level of a file ends here.</summary>
    const int SmallStack = 1 << 20;

    readonly TimeSpan patience;
    readonly BlockingCollection<Action> work = [];
    bool hangs;

    public Watched(TimeSpan patience)
    {
        this.patience = patience;
        new Thread(Work, SmallStack) { IsBackground = true }.Start();
    }

    /// <summary>The problem with reading a file; null if it is read, or refused with a message.</summary>
    public Complaint? Complaint(TemporaryFolder folder, FuzzCase given, Func<byte[], long> bytesAllowed)
    {
        if (hangs)
            return null;

        var path = folder.File(given.Name);
        // A reader that ends the process leaves behind what it read.
        File.WriteAllBytes(path, given.Bytes);
        Complaint? complaint = null;
        using var done = new ManualResetEventSlim();
        work.Add(() =>
        {
            complaint = OnThisThread(path, given, bytesAllowed(given.Bytes));
            done.Set();
        });

        hangs = !done.Wait(patience);
        if (hangs)
            return new Complaint("time", $"{given.Name} is not read after {patience.TotalSeconds} s.");

        File.Delete(path);
        return complaint;
    }

    void Work()
    {
        foreach (var action in work.GetConsumingEnumerable())
            action();
    }

    static Exception? Thrown(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    /// <summary>The same of a file that has been put at a path, without a watch.</summary>
    public static Complaint? OnThisThread(string path, FuzzCase given, long allowed)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Thrown(() => given.Read(path));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        if (error is not (null or HybridException))
            return new Complaint($"{error.GetType()} {error.TargetSite}", $"{error}");

        if (error is not null && Unfit(error.Message.Replace(path, "", StringComparison.Ordinal)) is { } unfit)
            return new Complaint(unfit, $"{unfit}: {error}");

        return allocated <= allowed
            ? null
            : new Complaint("memory", $"{allocated:N0} bytes were allocated, and {allowed:N0} are allowed. {error?.Message}");
    }

    /// <summary>What keeps a message from being shown: it comes out of the file, and may be endless or steer a
    /// terminal.</summary>
    static string? Unfit(string message) =>
        message.Length > LongestMessage ? "the message is too long"
        : message.Any(char.IsControl) ? "the message has control characters"
        : message.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar) && !message.Contains('\ufffd') ? "the message has half characters"
        : null;
}
