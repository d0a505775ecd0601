using System.Runtime.InteropServices;

namespace Hybrid.Mpi;

/// <summary>The few functions of MPI that are used, of the library that is installed: Open MPI, MPICH, or one with its binary
/// interface.</summary>
/// <remarks>MPI: A Message-Passing Interface Standard, version 3.1 (2015). Its handles are addresses in Open MPI and numbers in MPICH: both
/// fit a native integer.</remarks>
sealed unsafe class MpiLibrary
{
    const int ThreadMultiple = 3;

    // mpi.h of MPICH: the numbers are part of its binary interface
    const nint MpichWorld = 0x44000000, MpichByte = 0x4c00010d, MpichIgnoredStatus = 1;

    static readonly string[] openMpi = ["libmpi.so.40", "libmpi.so.80", "libmpi.40.dylib"];
    static readonly string[] mpich = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib", "msmpi.dll"];

    readonly nint library, world, bytes, ignored;
    readonly delegate* unmanaged<nint, int, int> abort;
    readonly delegate* unmanaged<void*, int, nint, int, int, nint, int> send;
    readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint, int> receive;
    readonly delegate* unmanaged<void*, int, nint, int, nint, int> broadcast;
    readonly delegate* unmanaged<int, int, nint, int*, nint, int> probe;
    readonly delegate* unmanaged<nint, int> barrier;
    readonly delegate* unmanaged<int> finish;

    MpiLibrary(nint library)
    {
        this.library = library;
        var isOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out world);
        if (!isOpenMpi)
            world = MpichWorld;

        bytes = isOpenMpi ? NativeLibrary.GetExport(library, "ompi_mpi_byte") : MpichByte;
        ignored = isOpenMpi ? 0 : MpichIgnoredStatus;
        abort = (delegate* unmanaged<nint, int, int>)Find("MPI_Abort");
        send = (delegate* unmanaged<void*, int, nint, int, int, nint, int>)Find("MPI_Send");
        receive = (delegate* unmanaged<void*, int, nint, int, int, nint, nint, int>)Find("MPI_Recv");
        broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Find("MPI_Bcast");
        probe = (delegate* unmanaged<int, int, nint, int*, nint, int>)Find("MPI_Iprobe");
        barrier = (delegate* unmanaged<nint, int>)Find("MPI_Barrier");
        finish = (delegate* unmanaged<int>)Find("MPI_Finalize");
    }

    /// <summary>Finds the library of a launcher, and begins.</summary>
    /// <exception cref="HybridException">There is none, or it cannot be used by several threads.</exception>
    public static MpiLibrary Begin(Launch launch)
    {
        string[] names = launch.IsOpenMpi ? openMpi : mpich;
        foreach (var name in names)
            if (NativeLibrary.TryLoad(name, out var handle))
                return new MpiLibrary(handle).Initialised(name);

        throw new HybridException(
            $"This process was started by the launcher of {(launch.IsOpenMpi ? "Open MPI" : "MPICH")}, whose library is not there: "
            + $"{string.Join(", ", names)}.",
            [Remedy.NewDo("install it, such as Debian's packages openmpi-bin or mpich")], null);
    }

    MpiLibrary Initialised(string name)
    {
        var begin = (delegate* unmanaged<int*, void*, int, int*, int>)Find("MPI_Init_thread");
        int provided;
        Check(begin(null, null, ThreadMultiple, &provided), "MPI_Init_thread");
        return provided >= ThreadMultiple
            ? this
            : throw new HybridException(
                $"{name} does not allow several threads to send messages.", [Remedy.NewDo("install one that does")], null);
    }

    /// <summary>The number of this rank, from 0, and of all.</summary>
    public (int Rank, int Size) Place()
    {
        int rank, size;
        Check(((delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_rank"))(world, &rank), "MPI_Comm_rank");
        Check(((delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_size"))(world, &size), "MPI_Comm_size");
        return (rank, size);
    }

    public void Send(ReadOnlySpan<byte> values, int target, int tag)
    {
        fixed (byte* start = values)
            Check(send(start, values.Length, bytes, target, tag, world), "MPI_Send");
    }

    public void Receive(Span<byte> values, int source, int tag)
    {
        fixed (byte* start = values)
            Check(receive(start, values.Length, bytes, source, tag, world, ignored), "MPI_Recv");
    }

    public void Broadcast(Span<byte> values)
    {
        fixed (byte* start = values)
            Check(broadcast(start, values.Length, bytes, 0, world), "MPI_Bcast");
    }

    /// <summary>Whether a message has arrived that can be received.</summary>
    public bool Has(int source, int tag)
    {
        int flag;
        Check(probe(source, tag, world, &flag, ignored), "MPI_Iprobe");
        return flag != 0;
    }

    /// <summary>Returns when all ranks have called it.</summary>
    public void Barrier() => Check(barrier(world), "MPI_Barrier");

    /// <summary>Ends all ranks, whatever they do; does not return.</summary>
    public void Abort(int code) => _ = abort(world, code);

    public void Finish() => Check(finish(), "MPI_Finalize");

    nint Find(string name) => NativeLibrary.GetExport(library, name);

    // by default, errors end the job: few get here
    static void Check(int code, string name)
    {
        if (code != 0)
            throw new HybridException($"{name} failed with the code {code}.");
    }
}
