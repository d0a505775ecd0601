using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Training;

/// <summary>The contract by which DiffSharp's gradients are found beside the program. Here a tiny assembly keeps it;
/// properties/Hybrid.DiffSharp.Properties holds the real one to laws.</summary>
public sealed class GradientSourcesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    void Refused(params string[] parts)
    {
        var raised = Assert.Throws<HybridException>(() => GradientSources.Load(folder.Path));
        Assert.All([folder.Path, .. parts], part => Assert.Contains(part, raised.Message));
    }

    [Fact]
    public void The_librarys_own_rules_need_no_file() =>
        Assert.Same(GradientSourceModule.graph, GradientSources.Named("graph"));

    [Fact]
    public void A_source_in_the_folder_is_used()
    {
        FakeDiffSharp.WriteOwn(folder.Path);
        var source = GradientSources.Load(folder.Path);
        Assert.Equal(GradientSources.DiffSharp, source.Name);
        Assert.Same(GradientSourceModule.graph.Gradient, source.Gradient);
    }

    [Fact]
    public void An_empty_folder_is_refused_with_the_way_to_get_the_package() =>
        Refused("are not part of this library", "DiffSharp.Core.dll", "package Hybrid.DiffSharp", "dotnet publish");

    [Fact]
    public void A_file_that_is_not_an_assembly_is_refused()
    {
        File.WriteAllText(folder.File(FakeDiffSharp.Library + ".dll"), "not an assembly");
        Refused("cannot be used", "DiffSharp.Core.dll");
    }

    [Fact]
    public void An_assembly_without_the_type_is_refused()
    {
        FakeDiffSharp.Write(folder.Path, null, "Another.Type");
        Refused("cannot be used", "DiffSharpGradient");
    }

    [Fact]
    public void A_missing_source_is_refused()
    {
        FakeDiffSharp.Write(folder.Path, null);
        Refused("cannot be used", "no static property source");
    }

    [Fact]
    public void A_wrong_gradient_is_refused()
    {
        FakeDiffSharp.Write(folder.Path, typeof(FakeDiffSharp).GetProperty(nameof(FakeDiffSharp.Twice)));
        Refused("cannot be used", "x²");
    }

    [Fact]
    public void An_unknown_name_is_a_bad_option()
    {
        var training = Assert.Throws<OptionException>(() => new TrainingOptions { Gradients = "torch" }.Check());
        var check = Assert.Throws<OptionException>(() => new GradientCheckOptions { Against = "torch" }.Check());
        Assert.Equal(("Gradients", "Against"), (training.Option, check.Option));
        Assert.Throws<OptionException>(() => new TrainingOptions { Gradients = null! }.Check());
        Assert.Throws<OptionException>(() => new GradientCheckOptions { Against = null! }.Check());
    }
}
