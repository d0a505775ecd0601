using Hybrid.Mpi;

namespace Hybrid.Cli;

/// <summary>The processes of one command, where a launcher of MPI started several: rank 0 speaks and writes, the others work with
/// it.</summary>
static class Ranks
{
    /// <summary>The number of grains of a batch, if it is not given: the same for any number of ranks.</summary>
    public const int Grains = 8;

    // what another rank has to say, rank 0 has mostly said
    static readonly TimeSpan precedence = TimeSpan.FromSeconds(1.5);

    static readonly string[] shared = ["train", TuneCommand.Name];

    static MpiRanks? joined;

    /// <summary>Whether a launcher started this process.</summary>
    public static bool AreLaunched => Launch.Found is not null;

    /// <summary>Whether this is not rank 0.</summary>
    public static bool IsFollower => Launch.Found is { Rank: > 0 };

    /// <summary>Whether this process has nothing to do, since rank 0 alone does what the command does.</summary>
    public static bool AreIdle(string command) => IsFollower && !shared.Contains(command);

    /// <summary>Work that all ranks do together.</summary>
    /// <param name="work">Receives what connects them; null where no launcher started this process.</param>
    public static int Together(Func<ICommunicator?, int> work)
    {
        if (!AreLaunched)
            return work(null);

        joined = MpiRanks.Join();
        var code = work(joined);

        // where an exception ends the work, the others would wait in vain: see End
        joined.Dispose();
        joined = null;
        return code;
    }

    /// <summary>Lets rank 0 speak first about an error that all ranks have.</summary>
    public static void GiveWay()
    {
        if (IsFollower)
            Thread.Sleep(precedence);
    }

    /// <summary>What errors are said to be of.</summary>
    public static string Name => Launch.Found is { Size: > 1, Rank: var rank } && (joined is not null || rank > 0)
        ? $"rank {rank} on {Environment.MachineName}: "
        : "";

    /// <summary>Ends the other ranks after an error of this one.</summary>
    public static void End(int code) => joined?.Abort(code);
}
