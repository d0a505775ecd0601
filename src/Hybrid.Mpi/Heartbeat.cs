using System.Diagnostics;

namespace Hybrid.Mpi;

/// <summary>A thread that tells the others that this rank is alive, however long its work takes, and ends the job when one is silent: rank 0
/// listens to all, all listen to rank 0.</summary>
/// <remarks>Processes that are killed are noticed by the launcher, which ends the job by itself; those that are stopped are not.</remarks>
sealed class Heartbeat : IDisposable
{
    const int Tag = 1;

    /// <summary>How long a rank may be silent.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    static readonly TimeSpan interval = TimeSpan.FromSeconds(0.5);

    readonly MpiLibrary mpi;
    readonly int rank;
    readonly int[] others;
    readonly Thread thread;
    readonly ManualResetEventSlim end = new();

    public Heartbeat(MpiLibrary mpi, int rank, int size)
    {
        this.mpi = mpi;
        this.rank = rank;
        others = rank == 0 ? [.. Enumerable.Range(1, size - 1)] : [0];
        thread = new Thread(Run) { IsBackground = true, Name = "heartbeat", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    /// <summary>Ends the thread, once all ranks are at their end; no message is left that has not been received.</summary>
    public void Dispose()
    {
        end.Set();
        thread.Join();
        end.Dispose();
        mpi.Barrier();
        foreach (var other in others)
            Hear(other);
    }

    /// <summary>Whether another rank has been heard since it was last asked for.</summary>
    bool Hear(int other)
    {
        Span<byte> beat = stackalloc byte[1];
        var isHeard = false;
        for (; mpi.Has(other, Tag); isHeard = true)
            mpi.Receive(beat, other, Tag);

        return isHeard;
    }

    void Run()
    {
        var heard = others.ToDictionary(other => other, _ => Stopwatch.GetTimestamp());
        ReadOnlySpan<byte> beat = [0];
        var before = Stopwatch.GetTimestamp();

        while (!end.Wait(interval))
        {
            foreach (var other in others)
            {
                mpi.Send(beat, other, Tag);
                if (Hear(other))
                    heard[other] = Stopwatch.GetTimestamp();
            }

            // one who was stopped himself has heard nobody meanwhile
            var now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(before, now) > Patience / 2)
                foreach (var other in others)
                    heard[other] = now;

            before = now;
            foreach (var (other, when) in heard)
                if (Stopwatch.GetElapsedTime(when) > Patience)
                    End(other);
        }
    }

    void End(int silent)
    {
        // those that listen to rank 0 only need not all speak
        if (rank > 1)
            Thread.Sleep(interval);

        Console.Error.WriteLine(
            $"Rank {silent} has not answered for {Patience.TotalSeconds:F0} seconds: it is stopped, or cannot be reached. Rank {rank} ends "
            + "the job; a checkpoint, if there is one, can be gone on from.");
        mpi.Abort(1);
        Environment.Exit(1);
    }
}
