using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Hybrid.Tests.Api;

/// <summary>The public members of a library, without those that compilers add: equality, comparison, cloning, the insides of
/// unions.</summary>
static class PublicMembers
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly HashSet<string> boilerplate =
        ["Equals", "GetHashCode", "ToString", "CompareTo", "Deconstruct", "PrintMembers", "Finalize", "op_Equality", "op_Inequality"];

    public static IReadOnlyList<Type> Types(Assembly library) =>
        [.. library.GetExportedTypes().Where(type => !IsAdded(type) && !LiesInUnion(type)).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    public static IReadOnlyList<MemberInfo> Of(Type type) => type.IsEnum || typeof(Delegate).IsAssignableFrom(type)
        ? []
        : [.. type.GetMembers(Declared).Where(member => IsShown(member) && !IsAdded(member) && !BelongsToUnion(member) && !IsFieldOfException(member))];

    /// <summary>The cases of an F# union; none of any other type.</summary>
    public static IReadOnlyList<UnionCaseInfo> Cases(Type type) =>
        FSharpType.IsUnion(type, null) ? FSharpType.GetUnionCases(type, null) : [];

    /// <summary>Whether whoever uses the library, or derives from its types, can name a member.</summary>
    static bool IsShown(MemberInfo member) => member switch
    {
        MethodBase { IsSpecialName: true, IsConstructor: false } method => IsVisible(method) && method.Name.StartsWith("op_", StringComparison.Ordinal),
        MethodBase method => IsVisible(method),
        PropertyInfo property => property.GetAccessors(true).Any(IsVisible),
        EventInfo { AddMethod: { } add } => IsVisible(add),
        FieldInfo field => field is { IsPublic: true } or { IsFamily: true },
        _ => false,
    } && !boilerplate.Contains(member.Name);

    static bool IsVisible(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    static bool IsAdded(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), false);

    static bool LiesInUnion(Type type) =>
        type.DeclaringType is { } outer && FSharpType.IsUnion(outer, null) && (type.Name == "Tags" || type.BaseType == outer);

    /// <summary>Tag, IsCase, NewCase and the cases without fields: the cases say it all.</summary>
    static bool BelongsToUnion(MemberInfo member)
    {
        var cases = Cases(member.DeclaringType!);
        return cases.Count > 0
            && (member.Name == "Tag" || member is ConstructorInfo
                || cases.Any(given => member.Name == $"New{given.Name}" || member.Name == $"Is{given.Name}" || member.Name == given.Name));
    }

    /// <summary>The members in which F# keeps an exception's values.</summary>
    static bool IsFieldOfException(MemberInfo member) =>
        member is PropertyInfo
        && member.GetCustomAttributes<CompilationMappingAttribute>().Any(given => given.SourceConstructFlags == SourceConstructFlags.Exception);
}
