using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Cli;
using Hybrid.Tests.Cli;
using Xunit;

namespace Hybrid.Tests.Support;

/// <summary>The solution as packages in a folder, built once for a class of tests, and a home folder for their users.</summary>
/// <remarks>Packages from elsewhere come from the machine's own sources. Everything that is installed lies in the temporary
/// folder, so that no package that an earlier run left under the same version is taken for this one.</remarks>
public sealed class PackageFeed : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

#if DEBUG
    const string Configuration = "Debug";
#else
    const string Configuration = "Release";
#endif

    readonly TemporaryFolder folder = new();

    public PackageFeed()
    {
        Directory.CreateDirectory(Temporary);
        Directory.CreateDirectory(Home);
        CopyNuGetSettings();
        CopyBuilt("");
        MakeRepository();
        Succeed(folder.File("sources"), [
            "pack", "Hybrid.sln", "-c", Configuration, "--no-build", "-o", Packages, "--nologo", "-v", "quiet", "-nodeReuse:false",
        ]);
    }

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where the packages' sources seem to come from.</summary>
    public const string Repository = "https://example.org/hybrid.git";

    /// <summary>The version of all packages.</summary>
    public static string Version => About.Version;

    /// <summary>The folder with the packages.</summary>
    public string Packages => folder.File("packages");

    string Home => folder.File("home");

    /// <summary>The folder where processes leave temporary files.</summary>
    string Temporary => folder.File("tmp");

    /// <summary>The packages' file names, in order.</summary>
    public string[] Names() => [.. Directory.GetFiles(Packages).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    public ZipArchive Open(string package) => ZipFile.OpenRead(Path.Combine(Packages, $"{package}.{Version}.nupkg"));

    /// <summary>An empty folder for a user.</summary>
    public string Folder(string name) => Directory.CreateDirectory(folder.File(name)).FullName;

    /// <summary>Runs dotnet as a user whose home has only NuGet's settings.</summary>
    /// <returns>What it printed.</returns>
    public string SucceedAtHome(string directory, string[] arguments, string input = "") =>
        Succeed(directory, arguments, input, start =>
        {
            foreach (var variable in (string[])["HOME", "USERPROFILE", "DOTNET_CLI_HOME"])
                start.Environment[variable] = Home;
            start.Environment["NUGET_PACKAGES"] = Path.Combine(Home, "packages");
        });

    /// <summary>Runs the program at a path, where no .NET need be installed but the one that runs the tests.</summary>
    public string SucceedTool(string path, string directory, params string[] arguments) =>
        Succeed(directory, arguments, "", start =>
        {
            start.FileName = path;
            start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        });

    public void Dispose() => folder.Dispose();

    string Succeed(string directory, string[] arguments, string input = "", Action<ProcessStartInfo>? adapt = null)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // nothing may stay behind, no process either
        start.Environment["TMPDIR"] = Temporary;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        adapt?.Invoke(start);

        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var answer = HybridCommand.Finish(process, Patience);
        Assert.True(answer.Code == 0, $"{start.FileName} {string.Join(' ', arguments)}: {answer.Output}{answer.Errors}");
        return answer.Output;
    }

    /// <summary>Copies the repository with what has been built: packing writes beside the sources, and a test must not. What
    /// tests and benchmarks are built to is not packed.</summary>
    void CopyBuilt(string inside)
    {
        var source = Path.Combine(Root, inside);
        var target = Directory.CreateDirectory(Path.Combine(folder.File("sources"), inside)).FullName;
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));

        foreach (var path in Directory.EnumerateDirectories(source).Select(child => Path.GetRelativePath(Root, child)))
        {
            var isUnpacked = path.Split(Path.DirectorySeparatorChar) is ["tests" or "benchmarks", _, "bin"];
            if (path != ".git" && !isUnpacked)
                CopyBuilt(path);
        }
    }

    /// <summary>The copied sources as a clone of a public repository, as far as packing looks.</summary>
    void MakeRepository()
    {
        void Put(string name, string text)
        {
            var path = Path.Combine(folder.File("sources"), ".git", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Put("HEAD", "ref: refs/heads/main\n");
        Put("refs/heads/main", new string('1', 40) + "\n");
        Put("objects/info/packs", "\n");
        Put("config", $"[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = {Repository}\n");
    }

    /// <summary>Sources and credentials are the user's own.</summary>
    void CopyNuGetSettings()
    {
        foreach (var settings in (string[])[".nuget/NuGet", ".config/NuGet"])
        {
            var source = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), settings);
            if (!Directory.Exists(source))
                continue;

            var target = Directory.CreateDirectory(Path.Combine(Home, settings)).FullName;
            foreach (var file in Directory.EnumerateFiles(source))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
