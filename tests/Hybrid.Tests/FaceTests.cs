using System.Reflection;
using Hybrid.Data;
using Xunit;

namespace Hybrid.Tests;

/// <summary>The library as a C# program sees it.</summary>
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

    /// <summary>A valid value, so that only another argument is wrong.</summary>
    static object? Fine(Type type)
    {
        if (type == typeof(string))
            return "iris";
        if (type == typeof(NeuralNetwork))
            return NeuralNetwork.FromSizes([4, 3]);
        if (type == typeof(Model))
            return fine.Value;
        if (type == typeof(TableData))
            return TableData.Load("iris");
        if (type == typeof(Tensor))
            return TensorModule.scalar(1);
        if (type == typeof(IReadOnlyList<int>))
            return new[] { 2, 2 };
        if (type == typeof(IReadOnlyList<string>))
            return new[] { "a", "b" };
        if (type == typeof(IReadOnlyList<float[]>))
            return new[] { new float[] { 1 }, [2] };
        if (type == typeof(IReadOnlyList<float>))
            return new[] { 1f, 2 };
        if (type.IsValueType)
            return Activator.CreateInstance(type);
        return type.GetConstructor([]) is { } make ? make.Invoke(null) : null;
    }

    static readonly Lazy<Model> fine = new(() => Trainer.Train(TableData.Load("iris"), new TrainingOptions { Epochs = 1 }).Model);

    /// <summary>Every parameter of a public method that may not be null, but for those of records and exceptions, which are
    /// made here, and of spans and generic methods, which reflection cannot call.</summary>
    static IEnumerable<(MethodInfo Method, int Parameter)> NotNull()
    {
        var context = new NullabilityInfoContext();
        return
            from type in typeof(NeuralNetwork).Assembly.GetExportedTypes()
            where !type.IsAssignableTo(typeof(Exception)) && !type.IsGenericType && type.Name != nameof(TrainingRun)
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where !method.IsSpecialName && !method.IsGenericMethod && method.Name is not ("Equals" or "<Clone>$" or "Deconstruct")
            let parameters = method.GetParameters()
            where !parameters.Any(parameter => parameter.ParameterType.IsByRefLike)
            from parameter in parameters
            where !parameter.ParameterType.IsValueType && context.Create(parameter).WriteState == NullabilityState.NotNull
            select (method, parameter.Position);
    }

    [Fact]
    public async System.Threading.Tasks.Task Null_is_refused_by_its_name()
    {
        var calls = NotNull().ToArray();
        Assert.True(calls.Length > 30, $"only {calls.Length} parameters were found");

        foreach (var (method, position) in calls)
        {
            var arguments = method.GetParameters()
                .Select(parameter => parameter.Position == position ? null : Fine(parameter.ParameterType)).ToArray();
            Exception? cause = null;

            try
            {
                if (method.Invoke(method.IsStatic ? null : Fine(method.DeclaringType!), arguments) is System.Threading.Tasks.Task task)
                    await task;
            }
            catch (Exception error)
            {
                cause = (error as TargetInvocationException)?.InnerException ?? error;
            }

            Assert.True(
                cause is ArgumentNullException or OptionException,
                $"{method.DeclaringType!.Name}.{method.Name}, {method.GetParameters()[position].Name}: {cause?.GetType().Name ?? "no error"}");
        }
    }

    [Fact]
    public void Exceptions_are_part_of_the_api() => Assert.All(
        new[] { typeof(NeuralNetwork), typeof(Tensor), typeof(Table), typeof(OnnxException) }
            .SelectMany(type => type.Assembly.GetExportedTypes()).Where(type => type.IsAssignableTo(typeof(Exception))),
        type => Assert.Equal("Hybrid", type.Namespace));

    [Fact]
    public void The_api_exposes_no_type_of_the_F_sharp_library()
    {
        var ours = (Type type) => type.Namespace?.StartsWith("Hybrid", StringComparison.Ordinal) == true;
        var known = typeof(NeuralNetwork).Assembly.GetExportedTypes().ToHashSet();
        var open = new Queue<Type>(known);
        var shown = new List<string>();

        // a tensor's shape is a list, which C# reads as any other: the type is that of the core, not one more around it
        known.Add(typeof(Tensor));

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
