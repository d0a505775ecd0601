namespace Hybrid.Cli;

/// <summary>The exit codes of the process.</summary>
static class ExitCode
{
    public const int Done = 0, Failed = 1, Usage = 2, Undecided = 3, Interrupted = 130;
}
