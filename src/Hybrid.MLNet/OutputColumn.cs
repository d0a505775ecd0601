using Microsoft.ML;
using Microsoft.ML.Data;

namespace Hybrid.MLNet;

/// <summary>A column of predictions.</summary>
/// <param name="Name">As ML.NET's own trainers call it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Annotations">The names of its slots or keys; null if it has none.</param>
/// <param name="Getter">From the outputs for the row to what reads the value.</param>
sealed record OutputColumn(string Name, DataViewType Type, DataViewSchema.Annotations? Annotations, Func<Func<float[]>, Delegate> Getter)
{
    const string Score = "Score", Probability = "Probability", PredictedLabel = "PredictedLabel";

    public static OutputColumn[] Of(Model model, string[]? keys, DataViewSchema.Annotations? annotations) => model.Classes switch
    {
        null when model.Network.Outputs == 1 => [Number(Score, outputs => outputs[0])],
        null => [Numbers(model.OutputNames, Enumerable.Range(0, model.Network.Outputs))],
        [var no, var yes] when keys is null && IsNamed(no, bool.FalseString) && IsNamed(yes, bool.TrueString) => YesOrNo(model),
        var classes => Keys(classes, keys ?? [.. classes], annotations),
    };

    static OutputColumn[] YesOrNo(Model model)
    {
        OutputColumn label = new(
            PredictedLabel, BooleanDataViewType.Instance, null, outputs => (ValueGetter<bool>)((ref bool value) => value = IsYes(outputs())));

        // a hinge loss gives scores
        return model.OutputName != "probabilities" ? [Number(Score, outputs => outputs[1] - outputs[0]), label] :
        [
            Number(Score, outputs => MathF.Log(MathF.Max(outputs[1], float.Epsilon)) - MathF.Log(MathF.Max(outputs[0], float.Epsilon))),
            Number(Probability, outputs => outputs[1]),
            label,
        ];
    }

    static bool IsNamed(string name, string expected) => string.Equals(name, expected, StringComparison.OrdinalIgnoreCase);

    static bool IsYes(float[] outputs) => outputs[1] > outputs[0];

    static OutputColumn Number(string name, Func<float[], float> number) => new(
        name, NumberDataViewType.Single, null, outputs => (ValueGetter<float>)((ref float value) => value = number(outputs())));

    /// <summary>A vector of some outputs by their indices; 0 for those of -1.</summary>
    static OutputColumn Numbers(IReadOnlyList<string> names, IEnumerable<int> indices)
    {
        int[] order = [.. indices];
        var annotations = new DataViewSchema.Annotations.Builder();
        if (names.Count == order.Length)
            annotations.Add("SlotNames", NamesOf(order.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => value = Texts(names));

        return new(Score, new VectorDataViewType(NumberDataViewType.Single, order.Length), annotations.ToAnnotations(), outputs =>
            (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var all = outputs();
                var editor = VBufferEditor.Create(ref value, order.Length);
                for (var i = 0; i < order.Length; i++)
                    editor.Values[i] = order[i] < 0 ? 0 : all[order[i]];
                value = editor.Commit();
            }));
    }

    static OutputColumn[] Keys(IReadOnlyList<string> classes, string[] keys, DataViewSchema.Annotations? label)
    {
        var known = classes.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        // keys that no example had are never predicted
        int[] order = [.. keys.Select(key => known.GetValueOrDefault(key, -1))];
        var keyOf = Enumerable.Range(0, classes.Count).Select(index => (uint)(Array.IndexOf(order, index) + 1)).ToArray();

        var annotations = new DataViewSchema.Annotations.Builder();
        if (label?.Schema.GetColumnOrNull("KeyValues") is not null)
            annotations.Add(label, name => name == "KeyValues");
        else
            annotations.Add("KeyValues", NamesOf(keys.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => value = Texts(keys));

        return
        [
            Numbers(keys, order),
            new(PredictedLabel, new KeyDataViewType(typeof(uint), keys.Length), annotations.ToAnnotations(), outputs =>
                (ValueGetter<uint>)((ref uint value) => value = keyOf[MetricsModule.predictedClass(outputs())])),
        ];
    }

    static VectorDataViewType NamesOf(int count) => new(TextDataViewType.Instance, count);

    static VBuffer<ReadOnlyMemory<char>> Texts(IReadOnlyList<string> names) =>
        new(names.Count, [.. names.Select(name => name.AsMemory())]);
}
