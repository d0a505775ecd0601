namespace Hybrid.Cli;

/// <summary>The command line is not valid.</summary>
sealed class UsageException(string message) : Exception(message);
