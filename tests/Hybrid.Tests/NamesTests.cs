using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>A C# file may use the face, the core, the libraries beside them and System.Data at once: every simple name means one
/// type. Where the face has a C# form of an F# type, the F# type's compiled name begins with FSharp, as FSharpList's does.</summary>
public sealed class NamesTests
{
    /// <summary>What the SDK imports into every file, and what a program with a database adds.</summary>
    static readonly string[] usual =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks", "System.Data", "System.Data.Common", "System.Text.Json",
    ];

    static readonly string[] ours =
    [
        "Hybrid", "Hybrid.Certification", "Hybrid.Core", "Hybrid.Data", "Hybrid.Diagnostics", "Hybrid.Exchange", "Hybrid.Explanation",
        "Hybrid.Kernels", "Hybrid.Models", "Hybrid.Onnx", "Hybrid.Theory", "Hybrid.Tuning", "Hybrid.Verification",
    ];

    /// <summary>The assemblies that a program which references the face can name.</summary>
    static readonly string[] references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)];

    static IEnumerable<(string Namespace, string Name)> Exported(string prefix) => references
        .Select(Path.GetFileNameWithoutExtension)
        .Where(name => name!.StartsWith(prefix, StringComparison.Ordinal))
        .SelectMany(name => Assembly.Load(new AssemblyName(name!)).GetExportedTypes())
        .Where(type => !type.IsNested && !type.IsGenericType)
        .Select(type => (type.Namespace ?? "", type.Name));

    static string CSharpCompiler()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.GetDirectories(Path.Combine(root, "sdk"))
            .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Last(File.Exists);
    }

    static IEnumerable<string> Blocks(string page) => File.ReadAllText(Path.Combine(PackageFeed.Root, page))
        .Split("```csharp\n").Skip(1).Select(block => block.Split("```\n")[0]);

    /// <summary>A program with models of both kinds.</summary>
    const string Both = """
        var model = Model.Load("model.onnx");
        Func<FSharpModel, int> inputs = same => same.Inputs;
        Console.WriteLine($"{model.Inputs} {inputs} {typeof(DoctorModule)} {typeof(DataTable)} {typeof(Tensor)}");
        """;

    // those that name an SDK of their own are built where the pages' programs run
    public static TheoryData<string> Programs =>
        [Both, .. Blocks("README.md").Concat(Blocks("src/Hybrid/README.md")).Where(block => !block.StartsWith("#:sdk", StringComparison.Ordinal))];

    [Fact]
    public void A_type_of_the_face_or_the_core_shares_its_name_with_no_other()
    {
        var types = Exported("Hybrid").Where(type => ours.Contains(type.Namespace))
            .Concat(Exported("System.").Where(type => usual.Contains(type.Namespace)))
            .ToLookup(type => type.Name, type => type.Namespace);

        Assert.True(types.Contains(nameof(TableData)) && types.Contains("DataSet"));
        Assert.Empty(types
            .Where(same => same.Distinct().Count() > 1 && same.Any(ours.Contains))
            .Select(same => $"{same.Key}: {string.Join(", ", same)}"));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_of_the_pages_compiles_beside_System_Data_and_the_core(string program)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("program.cs"), string.Concat(usual.Concat(ours).Select(name => $"using {name};\n"))
            + string.Join('\n', program.Split('\n').Where(line => !line.StartsWith("using ", StringComparison.Ordinal) || line.Contains('='))));
        File.WriteAllLines(folder.File("arguments.rsp"), [
            "-nologo", "-nullable", "-langversion:latest", "-warnaserror", $"-out:\"{folder.File("program.dll")}\"",
            .. references.Select(path => $"-reference:\"{path}\""), $"\"{folder.File("program.cs")}\"",
        ]);

        using var compiler = Process.Start(new ProcessStartInfo("dotnet", ["exec", CSharpCompiler(), "@" + folder.File("arguments.rsp")])
        {
            RedirectStandardOutput = true,
        })!;
        var said = compiler.StandardOutput.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, said);
    }
}
