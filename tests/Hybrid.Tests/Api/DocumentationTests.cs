using System.Reflection;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;
using Xunit;

namespace Hybrid.Tests.Api;

public sealed class DocumentationTests
{
    [Theory]
    [MemberData(nameof(ApiTests.Libraries), MemberType = typeof(ApiTests))]
    public void Everything_public_has_a_summary(string library)
    {
        var assembly = Assembly.Load(library);
        var isFSharp = assembly.GetTypes().Any(type => type.FullName!.StartsWith("<StartupCode$", StringComparison.Ordinal));
        var types = PublicMembers.Types(assembly);
        var members = types.SelectMany(PublicMembers.Of).Where(member => isFSharp ? IsFunction(member) : IsOwn(member));
        var names = isFSharp ? [] : types.Where(type => type.IsEnum).SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static));
        var missing = new Documentation(assembly).Missing([.. types.Where(type => !IsCompanion(type)), .. members, .. names]).Order(StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, $"{missing.Count} without a summary:\n{string.Join('\n', missing)}");
    }

    /// <summary>A module with the functions of a type of the same name, which says what it is.</summary>
    static bool IsCompanion(Type type) =>
        type.FullName!.EndsWith("Module", StringComparison.Ordinal) && type.Assembly.GetType(type.FullName[..^"Module".Length]) is not null;

    /// <summary>Fields of records, cases of unions and values of modules are described where their names do not say it all,
    /// constructors with their types.</summary>
    static bool IsFunction(MemberInfo member) =>
        IsOwn(member) && member is MethodInfo or PropertyInfo
        && !(member is PropertyInfo && (IsModule(member.DeclaringType!) || IsField(member)));

    static bool IsField(MemberInfo member) =>
        FSharpType.IsRecord(member.DeclaringType!, null) && member.IsDefined(typeof(CompilationMappingAttribute));

    static bool IsModule(Type type) =>
        type.GetCustomAttributes<CompilationMappingAttribute>().Any(given => given.SourceConstructFlags == SourceConstructFlags.Module);

    /// <summary>What is overridden or asked for by an interface is described there, and a constructor of nothing needs no
    /// words.</summary>
    static bool IsOwn(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => constructor.GetParameters().Length > 0 && !IsPositional(constructor),
        MethodInfo method => IsOwn(method),
        PropertyInfo property => IsOwn(property.GetAccessors(true)[0]),
        _ => true,
    };

    static bool IsOwn(MethodInfo method) => method.GetBaseDefinition() == method && !(method is { IsVirtual: true, IsFinal: true });

    /// <summary>The constructor that a record's parameters make.</summary>
    static bool IsPositional(ConstructorInfo constructor) =>
        constructor.DeclaringType!.GetMethod("<Clone>$") is not null
        && constructor.GetParameters().All(parameter => constructor.DeclaringType.GetProperty(parameter.Name!) is not null);
}
