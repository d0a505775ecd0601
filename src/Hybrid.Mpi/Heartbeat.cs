using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hybrid.Mpi;

/// <summary>A thread that tells the others that this rank is alive, however long its work takes, and ends the job when one is silent: rank 0
/// listens to all, all listen to rank 0.</summary>
/// <remarks>Processes that are killed are noticed by the launcher, which ends the job by itself; those that are stopped are not. Of a host
/// that cannot be reached the launcher names no rank: this one does when it is told to end.</remarks>
sealed class Heartbeat : IDisposable
{
    const int Tag = 1;

    /// <summary>How long a rank may be silent.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    static readonly TimeSpan interval = TimeSpan.FromSeconds(0.5);

    // one who is silent for so long when the launcher ends the job is the reason
    static readonly TimeSpan suspicion = TimeSpan.FromSeconds(2);

    readonly MpiLibrary mpi;
    readonly int rank;
    readonly int[] others;
    // when each was heard last
    readonly long[] heard;
    readonly Thread thread;
    readonly PosixSignalRegistration ending;
    readonly ManualResetEventSlim end = new();

    public Heartbeat(MpiLibrary mpi, int rank, int size)
    {
        this.mpi = mpi;
        this.rank = rank;
        others = rank == 0 ? [.. Enumerable.Range(1, size - 1)] : [0];
        heard = [.. others.Select(_ => Stopwatch.GetTimestamp())];
        ending = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => SaySilent());
        thread = new Thread(Run) { IsBackground = true, Name = "heartbeat", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    /// <summary>Ends the thread, once all ranks are at their end; no message is left that has not been received.</summary>
    public void Dispose()
    {
        end.Set();
        thread.Join();
        end.Dispose();
        ending.Dispose();
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
        ReadOnlySpan<byte> beat = [0];
        var before = Stopwatch.GetTimestamp();

        while (!end.Wait(interval))
        {
            for (var i = 0; i < others.Length; i++)
            {
                mpi.Send(beat, others[i], Tag);
                if (Hear(others[i]))
                    heard[i] = Stopwatch.GetTimestamp();
            }

            // one who was stopped himself has heard nobody meanwhile
            var now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(before, now) > Patience / 2)
                Array.Fill(heard, now);

            before = now;
            for (var i = 0; i < others.Length; i++)
                if (Stopwatch.GetElapsedTime(heard[i]) > Patience)
                    End(others[i]);
        }
    }

    void End(int silent)
    {
        // those that listen to rank 0 only need not all speak
        if (rank > 1)
            Thread.Sleep(interval);

        Say(silent, Patience, $"Rank {rank}");
        mpi.Abort(1);
        Environment.Exit(1);
    }

    /// <summary>Says which rank is silent, when the launcher ends the job.</summary>
    void SaySilent()
    {
        for (var i = 0; i < others.Length; i++)
            if (Stopwatch.GetElapsedTime(heard[i]) is var silence && silence > suspicion)
                Say(others[i], silence, "The launcher");
    }

    static void Say(int silent, TimeSpan silence, string who) => Console.Error.WriteLine(
        $"Rank {silent} has not answered for {silence.TotalSeconds:F0} seconds: it is stopped, or cannot be reached. {who} ends the job; a "
        + "checkpoint, if there is one, can be gone on from.");
}
