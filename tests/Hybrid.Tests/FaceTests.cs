using System.Reflection;
using Xunit;

namespace Hybrid.Tests;

/// <summary>What a C# program sees of the library.</summary>
public class FaceTests
{
    static IEnumerable<Type> Parts(Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : type.GetGenericArguments().SelectMany(Parts).Append(type.IsGenericType ? type.GetGenericTypeDefinition() : type);

    /// <summary>The types in the public signatures of a type, those that it is made of among them.</summary>
    static IEnumerable<Type> Seen(Type type)
    {
        const BindingFlags visible =
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

        return type.GetMembers(visible)
            .SelectMany(member => member switch
            {
                MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
                ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
                PropertyInfo property => [property.PropertyType],
                FieldInfo field => [field.FieldType],
                EventInfo @event => [@event.EventHandlerType!],
                _ => (IEnumerable<Type>)[],
            })
            .Concat(type.GetInterfaces())
            .Append(type.BaseType ?? typeof(object))
            .SelectMany(Parts)
            .Distinct();
    }

    [Fact]
    public void No_type_of_the_F_sharp_library_shows_nor_in_what_is_shown()
    {
        var ours = (Type type) => type.Namespace?.StartsWith("Hybrid", StringComparison.Ordinal) == true;
        var known = typeof(Network).Assembly.GetExportedTypes().ToHashSet();
        var open = new Queue<Type>(known);
        var shown = new List<string>();

        while (open.TryDequeue(out var type))
            foreach (var seen in Seen(type))
            {
                if (seen.Namespace?.StartsWith("Microsoft.FSharp", StringComparison.Ordinal) == true)
                    shown.Add($"{type.FullName} shows {seen.Name}");
                else if (ours(seen) && known.Add(seen))
                    open.Enqueue(seen);
            }

        Assert.Empty(shown);
        Assert.Contains(typeof(Certificate), known);
    }
}
