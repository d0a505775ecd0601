using System.Diagnostics;
using System.Security;
using Hybrid.Onnx;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>The checkpoint of one training in a file: written beside it, synchronised with the disk, and renamed; the one before it is
/// kept.</summary>
sealed class CheckpointFile
{
    // of the time, 1 % may go into checkpoints
    const int Share = 100;

    readonly string path;
    readonly TimeSpan interval;
    readonly Stopwatch stopwatch = Stopwatch.StartNew();
    FSharpFunc<Unit, Models.TrainingState>? state;
    TimeSpan next;
    bool isAfterEpoch;

    /// <summary>Checks that a checkpoint can be written, and that none of an unfinished training would be lost.</summary>
    /// <param name="path">The file.</param>
    /// <param name="interval">The time from one checkpoint to the next; zero for one after each epoch.</param>
    /// <param name="resumed">The file of the state to go on from, which may be overwritten; null for none.</param>
    /// <exception cref="HybridException">It cannot be written, or is a different file.</exception>
    public CheckpointFile(string path, TimeSpan interval, string? resumed)
    {
        this.path = path;
        this.interval = interval;
        next = interval;
        Guard(AtomicFile.Try);
        if (resumed is not null && Path.GetFullPath(resumed) == Path.GetFullPath(path))
            return;

        if (File.Exists(path) && !Read(path).HasEnded)
            throw new HybridException(
                $"{path} is the checkpoint of a training that has not ended, and would be overwritten.",
                [Remedy.NewSet(nameof(TrainingOptions.Resume), path, "to go on with it"), Remedy.NewDo("delete the file, to begin anew")],
                null);
    }

    /// <summary>The name of the checkpoint before the last one.</summary>
    public static string Previous(string path) => path + ".previous";

    /// <summary>Whether a checkpoint could not be written.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The state in a file, or where there is no such file, in that of the checkpoint before it.</summary>
    /// <exception cref="HybridException">There is none, it cannot be read, is no checkpoint, or is damaged.</exception>
    public static Models.TrainingState Read(string path)
    {
        // a process was killed between two renames
        var found = File.Exists(path) ? path : Previous(path);
        if (!File.Exists(found))
            throw new HybridException($"{path}: there is no such checkpoint. Check the path.");

        try
        {
            using var stream = new FileStream(found, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Models.Checkpoint.read(found, stream);
        }
        catch (HybridException error) when (found == path && File.Exists(Previous(path)))
        {
            throw new HybridException($"{error.Message} The generation before it is {Previous(path)}.", error);
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            throw new HybridException($"{path}: the checkpoint cannot be read ({Reason(error)}).", error);
        }
    }

    /// <summary>The same for several ranks: rank 0 reads the file.</summary>
    /// <exception cref="HybridException">As above, on rank 0.</exception>
    public static Models.TrainingState Read(string path, ICommunicator communicator) => communicator.Size == 1
        ? Read(path)
        : Models.Checkpoint.ofBytes(Core.Communicator.share(
            communicator, 0, communicator.Rank == 0 ? Models.Checkpoint.toBytes(Read(path)) : []));

    /// <summary>Called before each step: writes a checkpoint if it is time.</summary>
    /// <param name="state">Returns the training's state.</param>
    /// <exception cref="HybridException">It cannot be written; the one before it is kept.</exception>
    public void Watch(FSharpFunc<Unit, Models.TrainingState> state)
    {
        this.state = state;
        if ((interval > TimeSpan.Zero || isAfterEpoch) && stopwatch.Elapsed >= next)
            Write(hasEnded: false);
    }

    /// <summary>Called after each epoch.</summary>
    public void EndEpoch() => isAfterEpoch = true;

    /// <summary>Writes the state in which the training ended or was cut short.</summary>
    /// <param name="hasEnded">Whether it ended.</param>
    /// <exception cref="HybridException">It cannot be written; the one before it is kept.</exception>
    public void Close(bool hasEnded)
    {
        if (state is not null)
            Write(hasEnded);
        state = null;
    }

    void Write(bool hasEnded)
    {
        var begin = stopwatch.Elapsed;
        var present = Models.TrainingStateModule.ended(hasEnded, state!.Invoke(null!));
        Guard(full => AtomicFile.Write(full, stream => Models.Checkpoint.write(stream, present), Previous(full)));
        isAfterEpoch = false;
        var end = stopwatch.Elapsed;
        var rest = (Share - 1) * (end - begin);
        next = end + (rest > interval ? rest : interval);
    }

    void Guard(Action<string> act)
    {
        try
        {
            act(Path.GetFullPath(path));
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            HasFailed = true;
            throw new HybridException(
                $"{path}: the checkpoint cannot be written ({(error is DirectoryNotFoundException ? "its folder does not exist" : Reason(error))}). "
                + (File.Exists(path) || File.Exists(Previous(path)) ? "The one before it is kept." : "There is none before it."),
                error);
        }
    }

    // .NET adds the name of its own parameter where a file would be too long
    static string Reason(Exception error) => error.Message.Split(" (Parameter")[0].TrimEnd('.');

    // ArgumentException: characters that a path cannot have
    static bool IsOfFiles(Exception error) =>
        error is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException;
}
