using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>What is packed, and that it can be installed and used: in a C# project, in F# scripts, as a command.</summary>
public sealed class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    /// <summary>The first C# program of the readme.</summary>
    static readonly string FirstProgram = File.ReadAllText(Path.Combine(PackageFeed.Root, "README.md"))
        .Split("```csharp\n")[1].Split("```\n")[0];

    /// <summary>The packages, and what each depends on.</summary>
    static readonly Dictionary<string, string[]> Dependencies = new()
    {
        ["Hybrid"] =
        [
            Own("Certification"), Own("Core"), Own("Data"), Own("Diagnostics"), Own("Exchange"), Own("Explanation"), Own("Figures"), Own("Kernels"),
            Own("Models"), Own("Onnx"), Own("Theory"), Own("Tuning"), Own("Verification"), FSharpCore,
        ],
        ["Hybrid.Explanation"] = [Own("Core"), Own("Data"), Own("Figures"), Own("Models"), FSharpCore],
        ["Hybrid.Tuning"] = [Own("Core"), Own("Data"), Own("Figures"), Own("Models"), FSharpCore],
        ["Hybrid.Certification"] = [Own("Core"), Own("Data"), Own("Figures"), Own("Models"), Own("Verification"), FSharpCore],
        ["Hybrid.Cli"] = [],
        ["Hybrid.Core"] = [FSharpCore],
        ["Hybrid.Data"] = [Own("Core"), "CsvHelper [34.0.0, 35.0.0)", FSharpCore],
        ["Hybrid.Diagnostics"] = [Own("Core"), FSharpCore],
        ["Hybrid.Exchange"] = [Own("Core"), FSharpCore],
        ["Hybrid.Figures"] = [Own("Core"), Own("Diagnostics"), Own("Theory"), FSharpCore],
        ["Hybrid.Mpi"] = [Own("Core"), FSharpCore],
        ["Hybrid.Images"] = [Own("Core"), Own("Data"), FSharpCore, "StbImageSharp [2.30.16, 2.31.0)"],
        ["Hybrid.Parquet"] = [Own("Core"), Own("Data"), FSharpCore, "Parquet.Net [6.1.0, 6.2.0)"],
        ["Hybrid.Arrow"] =
        [
            Own("Core"), Own("Data"), "Apache.Arrow [23.0.0, 24.0.0)", "Apache.Arrow.Compression [23.0.0, 24.0.0)", FSharpCore,
        ],
        ["Hybrid.Kernels"] = [Own("Core"), FSharpCore],
        ["Hybrid.Lecture"] =
        [
            Own("Certification"), Own("Core"), Own("Data"), Own("Diagnostics"), Own("Figures"), Own("Kernels"), Own("Models"), Own("Theory"),
            FSharpCore,
        ],
        ["Hybrid.MLNet"] = [FSharpCore, $"Hybrid {PackageFeed.Version}", "Microsoft.ML [5.0.1, 5.1.0)"],
        ["Hybrid.Models"] = [Own("Core"), Own("Data"), Own("Diagnostics"), Own("Exchange"), FSharpCore],
        ["Hybrid.Onnx"] = [Own("Core"), Own("Exchange"), FSharpCore, "Google.Protobuf [3.36.2, 3.37.0)"],
        ["Hybrid.Testing"] =
        [
            Own("Core"), Own("Theory"), FSharpCore, "FsCheck [3.6.0, 3.7.0)",
        ],
        ["Hybrid.Theory"] = [Own("Core"), FSharpCore],
        ["Hybrid.Verification"] = [Own("Core"), FSharpCore],
    };

    const string FSharpCore = "FSharp.Core 10.1.401";

    public static TheoryData<string> Packages => [.. Dependencies.Keys];

    static string Own(string name) => $"Hybrid.{name} {PackageFeed.Version}";

    [Fact]
    public void The_solution_gives_these_packages_and_no_others() =>
        Assert.Equal(
            Dependencies.Keys.Select(package => $"{package}.{PackageFeed.Version}.nupkg").Order(StringComparer.Ordinal), feed.Names());

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_states_its_purpose_and_its_dependencies(string package)
    {
        using var archive = feed.Open(package);
        using var nuspec = archive.GetEntry(package + ".nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        string Text(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;

        Assert.Equal(PackageFeed.Version, Text("version"));
        Assert.Equal("MIT", Text("license"));
        Assert.Equal(PackageFeed.Repository, metadata.Elements().Single(element => element.Name.LocalName == "repository").Attribute("url")!.Value);
        Assert.Equal("README.md", Text("readme"));
        Assert.Contains("neural-network", Text("tags"), StringComparison.Ordinal);
        Assert.NotEqual("Package Description", Text("description"));
        Assert.Equal(
            Dependencies[package],
            metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(one => $"{one.Attribute("id")!.Value} {one.Attribute("version")!.Value}")
                .OrderBy(text => !text.StartsWith("Hybrid.", StringComparison.Ordinal)).ThenBy(text => text, StringComparer.Ordinal));

        using var readme = new StreamReader(archive.GetEntry("README.md")!.Open());
        Assert.Equal(File.ReadAllText(Path.Combine(PackageFeed.Root, "README.md")), readme.ReadToEnd());
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_library_has_machine_code_for_three_systems(string package)
    {
        using var archive = feed.Open(package);
        string[] systems = package is "Hybrid.Cli" or "Hybrid.Testing" ? [] : ["linux-x64", "osx-arm64", "win-x64"];
        Assert.Equal(
            systems.Select(system => $"runtimes/{system}/lib/net10.0/{package}.dll"),
            archive.Entries.Select(entry => entry.FullName)
                .Where(name => name.StartsWith("runtimes/", StringComparison.Ordinal) && name.EndsWith($"/{package}.dll", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_library_has_its_documentation_its_symbols_and_its_sources_and_no_path_of_the_machine(string package)
    {
        using var archive = feed.Open(package);
        var library = archive.Entries.Single(
            entry => entry.Name == package + ".dll" && !entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal));
        Assert.NotNull(archive.GetEntry(Path.ChangeExtension(library.FullName, ".xml")));

        using var bytes = new MemoryStream();
        using (var stream = library.Open())
            stream.CopyTo(bytes);
        bytes.Position = 0;
        using var image = new PEReader(bytes);
        var embedded = image.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using var provider = image.ReadEmbeddedPortablePdbDebugDirectoryData(embedded);
        var symbols = provider.GetMetadataReader();

        foreach (var handle in symbols.Documents)
        {
            var name = symbols.GetString(symbols.GetDocument(handle).Name);
#if !DEBUG
            Assert.StartsWith("/_/", name, StringComparison.Ordinal);
            Assert.DoesNotContain("//", name, StringComparison.Ordinal);
#endif
            // what the F# compiler makes by itself stands in no file
            if (Path.GetFileName(name) != "unknown")
                Assert.NotEmpty(symbols.GetCustomDebugInformation(handle));
        }
    }

    [Fact]
    public void A_new_csharp_project_trains_a_network()
    {
        var folder = feed.Folder("csharp");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), FirstProgram);
        File.WriteAllText(Path.Combine(folder, "xor.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """);
        // as the readme says
        feed.SucceedAtHome(folder, ["nuget", "add", "source", feed.Packages]);
        feed.SucceedAtHome(folder, ["add", "package", "Hybrid"]);

        Assert.Equal(
            "0 xor 0: no\n0 xor 1: yes\n1 xor 0: yes\n1 xor 1: no\n", feed.SucceedAtHome(folder, ["run"]));
        Assert.InRange(FirstProgram.Split('\n').Count(line => line.Length > 0), 1, 8);
    }

    [Fact]
    public void Scripts_load_the_libraries_and_print_values_in_one_line()
    {
        var script = $"""
            #i "nuget: {feed.Packages}"
            #r "nuget: Hybrid, {PackageFeed.Version}"
            #r "nuget: Hybrid.Lecture, {PackageFeed.Version}"
            #r "nuget: Hybrid.Testing, {PackageFeed.Version}"
            open Hybrid.Core
            open Hybrid.Figures;;
            let network = Linear.network (Linear.create He 1UL 2 8) >=> Activation.relu >=> Linear.network (Linear.zeros 8 1);;
            let x = Tensor.constant [ 2; 2 ] [| 0.0; 0.5; 1.0; -2.0 |];;
            let products = [ x *@ x; Tensor.input "x" [ 4; 2 ] *@ x ];;
            let figure = Chart.draw (Chart.create "A line" (Axis.linear "x") (Axis.linear "y") [ Lines.line (Series 0) "" [| 0.0; 1.0 |] [| 0.0; 1.0 |] ]);;
            let rows = Hybrid.Data.BuiltIn.iris().Examples;;
            let claim = (List.head Hybrid.Lecture.Lecture.experiments).Name;;
            let bits = Hybrid.Core.Eager.value (Hybrid.Kernels.CpuEngine.Create 1) (x + 1.0);;
            Hybrid.Testing.Laws.holdActivation "swish" (fun x -> x * Tensor.sigmoid x);;
            #quit;;
            """;

        var output = feed.SucceedAtHome(feed.Folder("script"), ["fsi", "--nologo"], script);

        Assert.All(
            [
                "val network: Network = linear → relu → linear, 33 parameters",
                "val x: Tensor = [2; 2] 0, 0.5, 1, -2",
                "val products: Tensor list = [[2; 2] 0.5, -1, -2, 4.5; [4; 2] MatMul of inputs]",
                "val figure: Figure = [picture: A line]",
                "val rows: int = 150",
                "val claim: string = \"backpropagation\"",
                "val bits: float32 array = [|1.0f; 1.5f; 2.0f; -1.0f|]",
            ],
            line => Assert.Contains(line, output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_command_is_installed_as_a_tool()
    {
        var folder = feed.Folder("tool");
        feed.SucceedAtHome(folder, [
            "tool", "install", "Hybrid.Cli", "--version", PackageFeed.Version, "--tool-path", folder, "--add-source", feed.Packages,
        ]);
        string Hybrid(params string[] arguments) => feed.SucceedTool(Path.Combine(folder, "hybrid"), folder, arguments);

        Assert.Equal(PackageFeed.Version + "\n", Hybrid("--version"));
        Assert.Contains("Wrote model.onnx.", Hybrid("train", "iris"), StringComparison.Ordinal);
        Assert.Contains("backpropagation", Hybrid("lecture", "list"), StringComparison.Ordinal);
        Assert.Equal("train\n", Hybrid("[suggest:2]", "tr"));
    }
}
