using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Hybrid.Tests.Api;

/// <summary>The public types and members of a library, as signatures that read like C#.</summary>
static class PublicApi
{
    /// <summary>Interfaces that follow from what a type is.</summary>
    static readonly HashSet<string> usual =
        ["IEquatable", "IStructuralEquatable", "IComparable", "IStructuralComparable", "ISerializable", "IEqualityOperators"];

    static readonly MemberTypes[] order =
        [MemberTypes.Constructor, MemberTypes.Field, MemberTypes.Property, MemberTypes.Event, MemberTypes.Method];

    public static string Describe(Assembly library) =>
        string.Join("\n", PublicMembers.Types(library).Select(Describe));

    static string Describe(Type type)
    {
        var cases = PublicMembers.Cases(type).Select(Case);
        var names = type.IsEnum ? Enum.GetNames(type).Select(name => $"{name} = {Enum.Parse(type, name):D}") : [];
        var members = PublicMembers.Of(type)
            .Select(member => (Place: Array.IndexOf(order, member.MemberType), member.Name, Signature: Signature(member)))
            .OrderBy(member => member.Place)
            .ThenBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Signature, StringComparer.Ordinal)
            .Select(member => member.Signature);
        var lines = cases.Concat(names).Concat(members).Select(line => $"    {line}\n");
        return $"{type.Namespace}: {Kind(type)} {Name(type)}{Bases(type)}\n{string.Concat(lines)}";
    }

    static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : typeof(Delegate).IsAssignableFrom(type) ? $"delegate {Returned(type.GetMethod("Invoke")!)}"
        : type.IsInterface ? "interface"
        : PublicMembers.Cases(type).Count > 0 ? "union"
        : FSharpType.IsRecord(type, null) ? type.IsValueType ? "record struct" : "record"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{(IsRecord(type) ? "record" : "class")}";

    static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    static string Name(Type type)
    {
        var outer = type.DeclaringType is { } declaring ? $"{TypeNames.Bare(declaring)}." : "";
        var parameters = typeof(Delegate).IsAssignableFrom(type) ? Parameters(type.GetMethod("Invoke")!) : "";
        return outer + TypeNames.Bare(type) + Arguments(type.GetGenericArguments()) + parameters;
    }

    static string Arguments(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(argument => argument.Name))}>";

    static string Bases(Type type)
    {
        if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type))
            return "";

        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var interfaces = type.GetInterfaces().Except(inherited).Where(given => given.IsVisible && !usual.Contains(TypeNames.Bare(given)));
        var parent = type.BaseType is { } given && given != typeof(object) && given != typeof(ValueType) ? [given] : Array.Empty<Type>();
        string[] bases = [.. parent.Select(TypeNames.Of), .. interfaces.Select(TypeNames.Of).Order(StringComparer.Ordinal)];
        return bases.Length == 0 ? "" : $" : {string.Join(", ", bases)}";
    }

    static string Case(UnionCaseInfo given)
    {
        var fields = given.GetFields().Select(field => $"{TypeNames.Of(field)} {field.Name}");
        return $"case {given.Name}{(given.GetFields().Length == 0 ? "" : $"({string.Join(", ", fields)})")}";
    }

    static string Signature(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Access(constructor)}{TypeNames.Bare(constructor.DeclaringType!)}{Parameters(constructor)}",
        MethodInfo method => $"{Modifiers(method)}{Returned(method)} {method.Name}{Arguments(method.GetGenericArguments())}{Parameters(method)}{Constraints(method)}",
        PropertyInfo property => $"{Modifiers(property.GetAccessors(true)[0])}{(IsRequired(property) ? "required " : "")}{TypeNames.Of(property)} {property.Name}{Index(property)} {{ {Accessors(property)} }}",
        EventInfo given => $"{Modifiers(given.AddMethod!)}event {TypeNames.Of(given)} {given.Name}",
        FieldInfo { IsLiteral: true } field => $"const {TypeNames.Of(field)} {field.Name} = {Value(field.GetRawConstantValue())}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeNames.Of(field)} {field.Name}",
        _ => throw new ArgumentOutOfRangeException(nameof(member), member, "not a member that can be described"),
    };

    static string Modifiers(MethodInfo method) => Access(method)
        + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
            : method.IsAbstract ? "abstract "
            : method.GetBaseDefinition() != method ? "override "
            : "virtual ");

    static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    static string Returned(MethodInfo method) =>
        (method.ReturnType.IsByRef ? "ref " : "") + TypeNames.Of(method.ReturnParameter);

    static string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Parameter))})";

    static string Parameter(ParameterInfo parameter)
    {
        var passed = parameter.ParameterType.IsByRef ? parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute), false) || parameter.IsDefined(typeof(ParamCollectionAttribute), false) ? "params "
            : parameter.Position == 0 && parameter.Member.IsDefined(typeof(ExtensionAttribute), false) ? "this "
            : "";
        var optional = parameter.HasDefaultValue ? $" = {Value(parameter.DefaultValue)}"
            : parameter.IsDefined(typeof(OptionalArgumentAttribute), false) ? " = default"
            : "";
        return $"{passed}{TypeNames.Of(parameter)} {parameter.Name}{optional}";
    }

    static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    static string Index(PropertyInfo property) => property.GetIndexParameters() is { Length: > 0 } indices
        ? $"[{string.Join(", ", indices.Select(Parameter))}]"
        : "";

    static string Accessors(PropertyInfo property)
    {
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string[] accessors = [
            .. property.GetMethod is { IsPublic: true } or { IsFamily: true } ? ["get;"] : Array.Empty<string>(),
            .. property.SetMethod is { IsPublic: true } or { IsFamily: true } ? [isInit ? "init;" : "set;"] : Array.Empty<string>()];
        return string.Join(" ", accessors);
    }

    static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute), false);

    static string Constraints(MethodInfo method) => string.Concat(method.GetGenericArguments()
        .Select(argument => (argument.Name, Bounds: Bounds(argument)))
        .Where(given => given.Bounds.Length > 0)
        .Select(given => $" where {given.Name} : {given.Bounds}"));

    static string Bounds(Type argument) => string.Join(", ", [
        .. argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
        .. argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? ["struct"] : Array.Empty<string>(),
        .. argument.GetGenericParameterConstraints().Where(bound => bound != typeof(ValueType)).Select(TypeNames.Of)]);
}
