using System.Reflection;
using System.Reflection.Emit;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Hybrid.Tests.Support;

/// <summary>A tiny assembly that replaces DiffSharp's gradients, by name and contract, without DiffSharp.</summary>
public static class FakeDiffSharp
{
    public const string Library = "DiffSharp.Backends.Hybrid";

    /// <summary>Gradients of twice the length.</summary>
    public static GradientSource Twice { get; } = new(
        "twice",
        FuncConvert.FromFunc<Tensor, FSharpList<Tensor>, FSharpList<Tensor>>((output, sources) => ListModule.OfSeq(
            Derivative.gradient(output, sources).Select(gradient => TensorModule.add(gradient, gradient)))));

    /// <summary>Writes the assembly into a folder.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="source">The static property whose value its own has; null for null.</param>
    /// <param name="type">The name of its type.</param>
    public static void Write(string folder, PropertyInfo? source, string type = "Hybrid.DiffSharp.DiffSharpGradient")
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Library), typeof(object).Assembly);
        var builder = assembly.DefineDynamicModule(Library)
            .DefineType(type, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var getter = builder.DefineMethod(
            "get_source", MethodAttributes.Public | MethodAttributes.Static, typeof(GradientSource), Type.EmptyTypes);

        var code = getter.GetILGenerator();
        if (source is null)
            code.Emit(OpCodes.Ldnull);
        else
            code.Emit(OpCodes.Call, source.GetMethod!);
        code.Emit(OpCodes.Ret);

        builder.DefineProperty("source", PropertyAttributes.None, typeof(GradientSource), null).SetGetMethod(getter);
        builder.CreateType();
        assembly.Save(Path.Combine(folder, Library + ".dll"));
    }

    /// <summary>One whose gradients are the library's own.</summary>
    public static void WriteOwn(string folder) =>
        Write(folder, typeof(GradientSourceModule).GetProperty(nameof(GradientSourceModule.graph)));
}
