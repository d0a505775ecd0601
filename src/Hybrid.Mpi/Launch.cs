using System.Globalization;

namespace Hybrid.Mpi;

/// <summary>What the environment says of the launch of this process, before MPI is begun.</summary>
/// <param name="Rank">The number of this process, from 0.</param>
/// <param name="Size">The number of processes.</param>
/// <param name="IsOpenMpi">Whether Open MPI's launcher, or one of its kind, started it; if not, it was MPICH's.</param>
public sealed record Launch(int Rank, int Size, bool IsOpenMpi)
{
    /// <summary>This process's launch by mpirun, mpiexec or srun; null where there was none.</summary>
    public static Launch? Found { get; } =
        Of(true, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")
        ?? Of(true, "PMIX_RANK", "SLURM_NTASKS")
        ?? Of(false, "PMI_RANK", "PMI_SIZE");

    static Launch? Of(bool isOpenMpi, string rank, string size) =>
        Number(rank) is { } own && Number(size) is { } all && own < all ? new(own, all, isOpenMpi) : null;

    static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
