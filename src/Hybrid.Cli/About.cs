using System.Reflection;

namespace Hybrid.Cli;

/// <summary>The command's name and version.</summary>
static class About
{
    /// <summary>The command's name; the assembly's differs, because the library's name is taken.</summary>
    public const string Name = "hybrid";

    /// <summary>The version, without the commit that a build may add.</summary>
    public static string Version => typeof(About).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
