using System.Reflection;
using System.Xml.Linq;

namespace Hybrid.Tests.Api;

/// <summary>The documentation file of a library: summaries of its types and members.</summary>
sealed class Documentation
{
    readonly Dictionary<string, int> summaries;
    readonly HashSet<(string Type, string Parameter)> parameters;

    public Documentation(Assembly library)
    {
        var entries = XDocument.Load(Path.ChangeExtension(library.Location, ".xml")).Descendants("member")
            .Select(entry => (Name: WithoutParameters(entry.Attribute("name")!.Value), Entry: entry)).ToList();
        summaries = entries.Where(entry => HasSummary(entry.Entry)).GroupBy(entry => entry.Name)
            .ToDictionary(group => group.Key, group => group.Count());
        parameters = [.. entries.SelectMany(entry => entry.Entry.Elements("param")
            .Where(parameter => !string.IsNullOrWhiteSpace(parameter.Value))
            .Select(parameter => (entry.Name, parameter.Attribute("name")!.Value)))];
    }

    /// <summary>The types and members without a summary.</summary>
    public IEnumerable<string> Missing(IEnumerable<MemberInfo> members) => members
        .GroupBy(Key)
        .Where(group => summaries.GetValueOrDefault(group.Key) < group.Count(member => !IsPositional(member)))
        .Select(group => group.Key);

    static bool HasSummary(XElement entry) =>
        entry.Element("inheritdoc") is not null || !string.IsNullOrWhiteSpace(entry.Element("summary")?.Value);

    /// <summary>A property of a record that stands among the parameters of its type.</summary>
    bool IsPositional(MemberInfo member) =>
        member is PropertyInfo or ConstructorInfo && parameters.Contains((Key(member.DeclaringType!), member.Name));

    /// <summary>The name of an entry, without what overloads differ in.</summary>
    static string Key(MemberInfo member) => member switch
    {
        Type type => $"T:{NameOf(type)}",
        ConstructorInfo => $"M:{NameOf(member.DeclaringType!)}.#ctor",
        MethodInfo method => $"M:{NameOf(member.DeclaringType!)}.{method.Name}{Arity(method)}",
        PropertyInfo => $"P:{NameOf(member.DeclaringType!)}.{member.Name}",
        EventInfo => $"E:{NameOf(member.DeclaringType!)}.{member.Name}",
        _ => $"F:{NameOf(member.DeclaringType!)}.{member.Name}",
    };

    static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    static string Arity(MethodInfo method) => method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";

    static string WithoutParameters(string name) => name.Split('(', '~')[0];
}
