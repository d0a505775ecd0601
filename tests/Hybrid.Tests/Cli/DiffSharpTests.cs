using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>The command with and without DiffSharp's gradients beside it.</summary>
public sealed class DiffSharpTests : IDisposable
{
    static readonly string[] Training = ["train", "iris", "--epochs", "3", "--hidden", "4", "--output"];

    // native code loads no packages
    readonly HybridCommand command = new(AppContext.BaseDirectory);

    public void Dispose() => command.Dispose();

    [Fact]
    public void Training_without_the_package_says_where_to_get_it()
    {
        command.Fail(1, ["package Hybrid.DiffSharp", "dotnet publish", AppContext.BaseDirectory],
            [.. Training, "model.onnx", "--gradients", "diffsharp"]);
        Assert.Empty(command.Names);
    }

    [Fact]
    public void A_check_without_the_package_says_where_to_get_it()
    {
        command.Succeed([.. Training, "model.onnx"]);
        command.Fail(1, ["package Hybrid.DiffSharp", "dotnet publish", AppContext.BaseDirectory],
            "gradcheck", "model.onnx", "iris", "--against", "diffsharp");
    }

    [Theory]
    [InlineData("--gradients must be graph or diffsharp, not «jax»", "train", "iris", "--gradients", "jax")]
    [InlineData("--against must be differences or diffsharp, not «graph»", "gradcheck", "model.onnx", "iris", "--against", "graph")]
    public void An_unknown_name_is_a_usage_error(string message, params string[] words) => command.Fail(2, [message, "--help"], words);

    [Fact]
    public void The_installed_package_trains_and_serves_for_comparison()
    {
        using var program = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.*")
            .Where(file => Path.GetExtension(file) is ".dll" or ".json"))
            File.Copy(file, program.File(Path.GetFileName(file)));
        FakeDiffSharp.WriteOwn(program.Path);
        using var beside = new HybridCommand(program.Path);

        beside.Succeed([.. Training, "graph.onnx"]);
        beside.Succeed([.. Training, "diffsharp.onnx", "--gradients", "diffsharp"]);
        Model graph = Model.Load(beside.File("graph.onnx")), diffSharp = Model.Load(beside.File("diffsharp.onnx"));
        Assert.Equal((null, "diffsharp"), (graph.Option("gradients"), diffSharp.Option("gradients")));
        Assert.Equal(
            graph.Network.Parameters.Select(parameter => parameter.Values.ToArray()),
            diffSharp.Network.Parameters.Select(parameter => parameter.Values.ToArray()));

        string[] check = ["gradcheck", "graph.onnx", "iris", "--against", "diffsharp"];
        var result = beside.Succeed([.. check, "--json"]).Json;
        Assert.Equal("diffsharp", result.GetProperty("against").GetString());
        Assert.Equal(0, result.GetProperty("maxRelativeError").GetDouble());
        Assert.Equal(result.GetProperty("parameters").GetInt32(), result.GetProperty("checked").GetInt32());
        Assert.Contains("derivative rules compared with DiffSharp's", beside.Succeed(check).Output);
    }
}
