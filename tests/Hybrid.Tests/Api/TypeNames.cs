using System.Reflection;

namespace Hybrid.Tests.Api;

/// <summary>Types as one writes them in C#, with a question mark where null may be.</summary>
static class TypeNames
{
    static readonly NullabilityInfoContext nullability = new();

    static readonly Dictionary<Type, string> keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, Try(() => nullability.Create(parameter)));

    public static string Of(PropertyInfo property) => Of(property.PropertyType, Try(() => nullability.Create(property)));

    public static string Of(FieldInfo field) => Of(field.FieldType, Try(() => nullability.Create(field)));

    public static string Of(EventInfo given) => Of(given.EventHandlerType!, Try(() => nullability.Create(given)));

    public static string Of(Type type) => Of(type, null);

    /// <summary>A type without its arguments and what it lies in.</summary>
    public static string Bare(Type type) => type.Name.Split('`')[0];

    static string Of(Type type, NullabilityInfo? info)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, info);

        var mark = !type.IsValueType && info is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable }
            ? "?"
            : "";

        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";

        if (type.IsArray)
            return $"{Of(type.GetElementType()!, info?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";

        if (type.IsPointer)
            return $"{Of(type.GetElementType()!)}*";

        if (keywords.TryGetValue(type, out var keyword))
            return keyword + mark;

        if (type.IsGenericParameter)
            return type.Name + mark;

        var arguments = type.GetGenericArguments();
        var outer = type.DeclaringType;
        var name = outer is null ? Bare(type) : $"{Bare(outer)}.{Bare(type)}";
        if (arguments.Length == 0)
            return name + mark;

        var given = arguments.Select((argument, i) => Of(argument, info?.GenericTypeArguments.ElementAtOrDefault(i)));
        return $"{name}<{string.Join(", ", given)}>{mark}";
    }

    /// <summary>Of F# what is known is nothing, and of some of it less.</summary>
    static NullabilityInfo? Try(Func<NullabilityInfo> create)
    {
        try
        {
            return create();
        }
        catch (Exception error) when (error is InvalidOperationException or NotSupportedException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
