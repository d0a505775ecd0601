using System.Xml.Linq;
using Hybrid.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Hybrid.Tests;

/// <summary>The projects and the folders of the house point downward only: a row may name rows above it.</summary>
public sealed class ArrowsTests(ITestOutputHelper output)
{
    /// <summary>The projects from the ground up, each with those it refers to.</summary>
    static readonly (string Project, string[] Below)[] projects =
    [
        ("Hybrid.Core", []),
        ("Hybrid.Kernels", ["Hybrid.Core"]),
        ("Hybrid.DiffSharp", ["Hybrid.Core"]),
        ("Hybrid.Exchange", ["Hybrid.Core"]),
        ("Hybrid.Onnx", ["Hybrid.Core", "Hybrid.Exchange"]),
        ("Hybrid.Theory", ["Hybrid.Core"]),
        ("Hybrid.Verification", ["Hybrid.Core"]),
        ("Hybrid.Diagnostics", ["Hybrid.Core"]),
        ("Hybrid.Data", ["Hybrid.Core"]),
        ("Hybrid.Images", ["Hybrid.Core", "Hybrid.Data"]),
        ("Hybrid.Parquet", ["Hybrid.Core", "Hybrid.Data"]),
        ("Hybrid.Arrow", ["Hybrid.Core", "Hybrid.Data"]),
        ("Hybrid.Mpi", ["Hybrid.Core"]),
        ("Hybrid.Figures", ["Hybrid.Core", "Hybrid.Diagnostics", "Hybrid.Theory"]),
        ("Hybrid.Models", ["Hybrid.Core", "Hybrid.Data", "Hybrid.Diagnostics", "Hybrid.Exchange"]),
        (
            "Hybrid.Certification",
            ["Hybrid.Core", "Hybrid.Data", "Hybrid.Figures", "Hybrid.Models", "Hybrid.Verification"]
        ),
        ("Hybrid.Explanation", ["Hybrid.Core", "Hybrid.Data", "Hybrid.Figures", "Hybrid.Models"]),
        ("Hybrid.Tuning", ["Hybrid.Core", "Hybrid.Data", "Hybrid.Figures", "Hybrid.Models"]),
        (
            "Hybrid.Lecture",
            [
                "Hybrid.Certification", "Hybrid.Core", "Hybrid.Data", "Hybrid.Diagnostics", "Hybrid.Figures", "Hybrid.Kernels",
                "Hybrid.Models", "Hybrid.Theory",
            ]
        ),
        (
            "Hybrid",
            [
                "Hybrid.Certification", "Hybrid.Core", "Hybrid.Data", "Hybrid.Diagnostics", "Hybrid.Exchange", "Hybrid.Explanation",
                "Hybrid.Figures", "Hybrid.Kernels", "Hybrid.Models", "Hybrid.Onnx", "Hybrid.Theory", "Hybrid.Tuning", "Hybrid.Verification",
            ]
        ),
        ("Hybrid.Playground", ["Hybrid"]),
        ("Hybrid.Playground.Browser", ["Hybrid.Playground"]),
        ("Hybrid.MLNet", ["Hybrid"]),
        ("Hybrid.Cli", ["Hybrid", "Hybrid.Arrow", "Hybrid.Figures", "Hybrid.Images", "Hybrid.Lecture", "Hybrid.Mpi", "Hybrid.Parquet"]),
    ];

    /// <summary>The folders of the F# projects in the order in which they are compiled: F# lets a file use only those before it,
    /// so where every folder is compiled in one go, no folder uses a later one.</summary>
    static readonly (string Project, string[] Folders)[] folders =
    [
        ("Hybrid.Core", ["Graph", "Readers", "Plan", "Layers", "Training"]),
        ("Hybrid.DiffSharp", []),
        ("Hybrid.Exchange", ["Operators"]),
        ("Hybrid.Theory", []),
        ("Hybrid.Verification", ["Checker"]),
        ("Hybrid.Diagnostics", []),
        ("Hybrid.Data", ["Cells", "Rows", "Csv", "Images", "Idx"]),
        ("Hybrid.Models", ["Metrics"]),
        ("Hybrid.Certification", []),
        ("Hybrid.Explanation", []),
        ("Hybrid.Tuning", []),
        ("Hybrid.Figures", []),
        ("Hybrid.Lecture", ["Frame", "Pieces", "Claims"]),
    ];

    static IEnumerable<string> Files(string pattern) =>
        new[] { "src", "src-fs" }.SelectMany(folder =>
            Directory.EnumerateDirectories(Path.Combine(PackageFeed.Root, folder)).SelectMany(project =>
                Directory.EnumerateFiles(project, pattern)));

    static string[] Included(string file, string element) =>
    [
        .. XDocument.Load(file).Descendants().Where(child => child.Name.LocalName == element)
            .Select(child => child.Attribute("Include")!.Value),
    ];

    /// <summary>The folders of some files, the same one but once where it follows itself.</summary>
    static string[] Runs(IEnumerable<string> files)
    {
        var runs = new List<string>();
        foreach (var folder in files.Where(file => file.Contains('/')).Select(file => file[..file.IndexOf('/')]))
            if (runs.LastOrDefault() != folder)
                runs.Add(folder);
        return [.. runs];
    }

    [Fact]
    public void Projects_refer_only_to_projects_below_them()
    {
        var actual = Files("*.*proj").ToDictionary(
            file => Path.GetFileNameWithoutExtension(file),
            file => Included(file, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).ToArray());

        foreach (var (project, below) in projects)
            output.WriteLine($"{project} -> {string.Join(", ", below)}");

        Assert.Equal(projects.Select(row => row.Project).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var ((project, below), index) in projects.Select((row, index) => (row, index)))
        {
            Assert.Equal(below, actual[project]);
            Assert.All(below, name => Assert.Contains(name, projects.Take(index).Select(row => row.Project)));
        }
    }

    [Fact]
    public void Folders_are_compiled_one_after_the_other()
    {
        var actual = Files("*.fsproj").ToDictionary(
            file => Path.GetFileNameWithoutExtension(file), file => Runs(Included(file, "Compile")));

        foreach (var (project, order) in folders)
            output.WriteLine($"{project}: {string.Join(" <- ", order)}");

        Assert.Equal(folders.Select(row => row.Project).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(folders, row => Assert.Equal(row.Folders, actual[row.Project]));
    }

    /// <summary>A project outside the solution would otherwise stop compiling and nobody would see it.</summary>
    [Fact]
    public void Internals_are_visible_only_to_assemblies_of_this_repository()
    {
        static string Assembly(string file) =>
            XDocument.Load(file).Descendants().SingleOrDefault(element => element.Name.LocalName == "AssemblyName")?.Value
            ?? Path.GetFileNameWithoutExtension(file);

        var all = new[] { "src", "src-fs", "properties", "tests", "benchmarks" }.SelectMany(folder =>
            Directory.EnumerateDirectories(Path.Combine(PackageFeed.Root, folder)).SelectMany(project =>
                Directory.EnumerateFiles(project, "*.*proj"))).ToArray();
        var friends = all.SelectMany(file => Included(file, "InternalsVisibleTo")).ToArray();

        Assert.NotEmpty(friends);
        Assert.All(friends, friend => Assert.Contains(friend, all.Select(Assembly)));
    }
}
