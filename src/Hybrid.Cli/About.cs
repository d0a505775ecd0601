using System.Reflection;

namespace Hybrid.Cli;

/// <summary>What the command says of itself.</summary>
static class About
{
    /// <summary>The command's name; the assembly has another one, since it may not be called like the library.</summary>
    public const string Name = "hybrid";

    /// <summary>The version, without the commit that a build may add.</summary>
    public static string Version => typeof(About).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
