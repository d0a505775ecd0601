using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Hybrid;

/// <summary>Where gradients come from, by name: the library's own rules, or DiffSharp.</summary>
/// <remarks>DiffSharp is not part of the library. Its gradients are those of the package Hybrid.DiffSharp: of the type
/// Hybrid.DiffSharp.DiffSharpGradient in the assembly DiffSharp.Backends.Hybrid, whose static property source is a
/// Hybrid.Core.GradientSource. The assembly is one that the program references, or is in the program's folder; no other folder
/// is searched.</remarks>
static class GradientSources
{
    /// <summary>The library's own rules.</summary>
    public const string Graph = "graph";

    /// <summary>DiffSharp's reverse mode.</summary>
    public const string DiffSharp = "diffsharp";

    const string Library = "DiffSharp.Backends.Hybrid";

    static readonly Lazy<GradientSource> diffSharp = new(() => Load(AppContext.BaseDirectory), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Graph, DiffSharp];

    /// <summary>The source with this name, which is one of the names.</summary>
    /// <exception cref="HybridException">DiffSharp's gradients are not in the program's folder, or cannot be used.</exception>
    public static GradientSource Named(string name) => name == Graph ? GradientSourceModule.graph : diffSharp.Value;

    /// <summary>DiffSharp's gradients from a folder.</summary>
    /// <exception cref="HybridException">They are not there, or cannot be used.</exception>
    [UnconditionalSuppressMessage(
        "Trimming", "IL2026",
        Justification = "A program compiled ahead of time does not come here.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "As above.")]
    internal static GradientSource Load(string folder)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            throw new HybridException(
                "Gradients from DiffSharp need the .NET runtime, and this program was compiled ahead of time. Use its form for the runtime, or gradients from graph.");

        string InFolder(string? name) => Path.Combine(folder, name + ".dll");

        var context = new AssemblyLoadContext(Library);
        context.Resolving += (_, name) =>
            File.Exists(InFolder(name.Name)) ? context.LoadFromAssemblyPath(InFolder(name.Name)) : null;

        GradientSource source;
        try
        {
            var type = context.LoadFromAssemblyName(new(Library)).GetType("Hybrid.DiffSharp.DiffSharpGradient", throwOnError: true)!;
            var found = type.GetProperty("source")?.GetValue(null) as GradientSource
                ?? throw new HybridException($"its type {type} has no static property source with a {typeof(GradientSource)}.");
            // a model records the name that was asked for
            source = new GradientSource(DiffSharp, found.Gradient);

            // d(xx)/dx at 3: what it lacks shows here, and not in the middle of a training
            var x = TensorModule.input("x", ListModule.Empty<int>());
            var gradient = source.Gradient.Invoke(TensorModule.multiply(x, x)).Invoke(ListModule.OfSeq([x]));
            if (Reference.evaluate(ListModule.OfSeq([Tuple.Create("x", (double[])[3])]), gradient)[0] is not [6])
                throw new HybridException("the derivative of x² at 3 is not 6.");
        }
        catch (FileNotFoundException absent) when (absent.FileName?.StartsWith(Library, StringComparison.Ordinal) == true)
        {
            throw new HybridException(
                $"Gradients from DiffSharp are not part of this library: {Library}.dll and DiffSharp.Core.dll must be in the program's "
                + $"folder, {folder}, but are not. They come with the package Hybrid.DiffSharp: reference it, or copy both "
                + "files from the output of 'dotnet publish src-fs/Hybrid.DiffSharp' in this library's sources, whose README says more.",
                absent);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            throw new HybridException(
                $"Gradients from DiffSharp cannot be used: {(cause.InnerException ?? cause).Message.Trim()} "
                + $"{Library}.dll and DiffSharp.Core.dll 1.0.7 must be in {folder}, the former built for Hybrid "
                + $"{typeof(GradientSource).Assembly.GetName().Version!.ToString(3)}.", cause);
        }

        return source;
    }
}
