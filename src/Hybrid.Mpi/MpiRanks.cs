namespace Hybrid.Mpi;

/// <summary>The processes that mpirun, mpiexec or srun started together. There is one in a process; it ends when all ranks have disposed
/// theirs. A rank that is stopped or cannot be reached ends the job within <see cref="Heartbeat.Patience"/>, named on standard
/// error.</summary>
public sealed class MpiRanks : ICommunicator, IDisposable
{
    readonly MpiLibrary mpi;
    readonly Heartbeat? heartbeat;

    MpiRanks(MpiLibrary mpi)
    {
        this.mpi = mpi;
        (Rank, Size) = mpi.Place();
        heartbeat = Size > 1 ? new Heartbeat(mpi, Rank, Size) : null;
    }

    /// <summary>Joins the other processes; once in a process.</summary>
    /// <exception cref="HybridException">This process was not started by a launcher, or the MPI library is not installed.</exception>
    public static MpiRanks Join() => new(MpiLibrary.Begin(Launch.Found
        ?? throw new HybridException(
            "This process was not started by a launcher of MPI.", [Remedy.NewDo("start it by mpirun -n 4 PROGRAM")], null)));

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public void Send(int target, ReadOnlySpan<byte> values) => mpi.Send(values, target, 0);

    /// <inheritdoc/>
    public void Receive(int source, Span<byte> values) => mpi.Receive(values, source, 0);

    /// <inheritdoc/>
    public void Broadcast(Span<byte> values) => mpi.Broadcast(values);

    /// <summary>Ends the processes of all ranks at once, whatever they do, with this exit code.</summary>
    /// <param name="code">Above 0.</param>
    public void Abort(int code)
    {
        mpi.Abort(code);
        Environment.Exit(code);
    }

    /// <summary>Waits for all ranks to come to their end. A program that catches an error of its rank calls <see cref="Abort"/> instead,
    /// since the others wait for what this rank has not sent.</summary>
    public void Dispose()
    {
        mpi.Barrier();
        heartbeat?.Dispose();
        mpi.Finish();
    }
}
