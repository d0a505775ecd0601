namespace Hybrid.Onnx;

/// <summary>Checks every graph, read or written: unique names, and nodes in an order that can run.</summary>
static class GraphCheck
{
    const string DamagedAdvice = "The model is not valid; export it again.";

    /// <exception cref="OnnxException">A name is missing, duplicate or unknown, or the order is wrong.</exception>
    public static void Run(OnnxGraph graph, ModelSource source)
    {
        var known = new HashSet<string>();
        foreach (var initializer in graph.Initializers)
            Define(known, initializer.Name, "an initializer", source);

        foreach (var input in graph.Inputs)
            Define(known, input.Name, "an input", source);

        var made = graph.Nodes.SelectMany(node => node.Outputs).ToHashSet();
        foreach (var node in graph.Nodes)
            CheckNode(node, known, made, source);

        CheckOutputs(graph, known, source);
    }

    /// <exception cref="OnnxException">A metadata key occurs twice.</exception>
    public static void Keys(IEnumerable<Tuple<string, string>> metadata, ModelSource source)
    {
        if (metadata.GroupBy(entry => entry.Item1).FirstOrDefault(group => group.Count() > 1) is { } doubled)
            throw source.Refuse($"the metadata has {Printable.quote(doubled.Key)} twice", DamagedAdvice);
    }

    static void CheckNode(OnnxNode node, HashSet<string> known, HashSet<string> made, ModelSource source)
    {
        var described = ModelSource.Describe(node.Name, node.Operator, node.Outputs);
        if (node.Operator.Length == 0)
            throw source.Refuse($"{described} has no operator", DamagedAdvice);

        foreach (var input in node.Inputs.Where(input => input.Length > 0 && !known.Contains(input)))
            throw made.Contains(input)
                ? source.Refuse(
                    $"{described} reads {Printable.quote(input)} before it is computed",
                    "The nodes form a cycle or are in the wrong order; export the model again.")
                : source.Refuse($"{described} reads {Printable.quote(input)}, which no node computes", DamagedAdvice);

        // an empty name means an omitted output
        foreach (var output in node.Outputs.Where(output => output.Length > 0))
            Define(known, output, $"an output of {described}", source);

        if (node.Attributes.Select(attribute => attribute.Item1).GroupBy(name => name).FirstOrDefault(
            group => group.Count() > 1) is { } doubled)
            throw source.Refuse($"{described} has two attributes {Printable.quote(doubled.Key)}", DamagedAdvice);
    }

    static void CheckOutputs(OnnxGraph graph, HashSet<string> known, ModelSource source)
    {
        if (graph.Outputs.IsEmpty)
            throw source.Refuse("the graph has no output", "Export the model with at least one output.");

        var outputs = new HashSet<string>();
        foreach (var output in graph.Outputs)
        {
            if (!known.Contains(output.Name))
                throw source.Refuse($"the output {Printable.quote(output.Name)} is not computed by any node", DamagedAdvice);

            if (!outputs.Add(output.Name))
                throw source.Refuse($"the output {Printable.quote(output.Name)} is listed twice", DamagedAdvice);
        }
    }

    static void Define(HashSet<string> known, string name, string what, ModelSource source)
    {
        if (name.Length == 0)
            throw source.Refuse($"{what} has no name", DamagedAdvice);

        if (!known.Add(name))
            throw source.Refuse($"the name {Printable.quote(name)} of {what} is already taken", DamagedAdvice);
    }
}
