using System.Globalization;
using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>An ONNX file that some other program wrote: it has no names for its columns and classes, and does not say what its
/// numbers mean.</summary>
sealed class ForeignFile
{
    /// <summary>Two sizes, so that what is made for one number of examples shows.</summary>
    const int Few = 2, More = 3;

    readonly Core.Network network;
    readonly int inputs, outputs;

    /// <exception cref="HybridException">It does not answer one row of numbers for each row.</exception>
    public ForeignFile(Core.OnnxModel file)
    {
        var read = Imported.network(file.Opset, file.Graph);
        var port = file.Graph.Inputs.SingleOrDefault()
            ?? throw new HybridException("its graph has no input");
        var form = Form(port);
        inputs = form.Aggregate(1, (product, extent) => checked(product * extent));
        var whole = form.Length == 1 ? read : Reshaped("reshape", form).Then(read);
        network = Rows(whole);
        outputs = Shape(network, Few)[1];
    }

    /// <summary>The network as it stands in the file, from rows of columns to rows of numbers.</summary>
    public Core.Network Network => network;

    /// <summary>How many columns an example has.</summary>
    public int Inputs => inputs;

    /// <summary>A model with numbers for names: columns x1, x2, …, and classes 0, 1, … where there are several outputs or a
    /// probability.</summary>
    public Model Unnamed()
    {
        var classes = IsProbability ? 2 : outputs;
        return Named(Numbered(inputs), $"x{inputs + 1}", classes == 1 ? null : Digits(classes));
    }

    /// <summary>A model with the names of some data: the columns in their order, and the classes in theirs, or by their numbers
    /// where they are numbers below the number of outputs.</summary>
    /// <exception cref="HybridException">The data do not fit the file.</exception>
    public Model For(Table data)
    {
        if (data.Columns.Length != inputs)
            throw new HybridException(
                $"{data.Source}: the file takes {inputs} columns, and there are {data.Columns.Length} besides the target. "
                + "Leave others out, or name the target.");

        if (data.Columns.FirstOrDefault(column => column.Kind.IsCategory) is { } category)
            throw new HybridException(
                $"{data.Source}: the column {Printable.quote(category.Name)} holds texts, and the file takes numbers. Give numbers, as the "
                + "file's own training had them.");

        return Named(data.Columns, data.TargetName, Names(data));
    }

    bool IsProbability => outputs == 1 && EndingModule.ofNetwork(inputs, network).IsSigmoid;

    string[]? Names(Table data)
    {
        if (data.Target is not Target.Classes { names: var names })
            return outputs == 1
                ? null
                : throw new HybridException(
                    $"{data.Source}: the target {Printable.quote(data.TargetName)} is a quantity, and the file answers {outputs} numbers. Give "
                    + "classes: ask for a classification.");

        var count = Math.Max(outputs, 2);
        var digits = Digits(count);
        if (names.All(digits.Contains))
            return digits;

        return names.Length == count
            ? names
            : throw new HybridException(
                $"{data.Source}: the target {Printable.quote(data.TargetName)} has {names.Length} classes, and the file answers "
                + $"{outputs} {(outputs == 1 ? "number, enough for two" : "numbers")}. Give data of its classes, or ask for a "
                + "regression, for a quantity.");
    }

    Model Named(Column[] columns, string target, string[]? classes) => new(
        classes is not null && outputs == 1 ? TwoClasses() : network,
        new Schema(columns, target, OptionModule.OfObj(classes)),
        (classes is null ? LossModule.squared : LossModule.softmax).Name,
        []);

    /// <summary>One score, or its sigmoid, stands for two classes.</summary>
    Core.Network TwoClasses() =>
        (IsProbability ? NetworkModule.withoutLast(network) : network).Then(Activation.twoClasses).Then(Activation.softmax);

    static int[] Form(Core.OnnxPort port)
    {
        var form = port.Dimensions.Skip(1)
            .Select(dimension => (dimension as OnnxDimension.Fixed)?.Item ?? 0).ToArray();
        return form.Length > 0 && Array.TrueForAll(form, extent => extent > 0)
            ? form
            : throw new HybridException(
                $"its input {Printable.quote(port.Name)} does not say how many numbers an example has");
    }

    /// <summary>The network with one row of numbers for each example.</summary>
    Core.Network Rows(Core.Network given)
    {
        var few = Shape(given, Few);
        var more = Shape(given, More);

        if (few is not [Few, ..] || more is not [More, ..] || !few.Skip(1).SequenceEqual(more.Skip(1)))
            throw new HybridException(
                $"its answer to {Few} examples is of shape [{string.Join(", ", few)}] and to {More} of "
                + $"[{string.Join(", ", more)}], which is not one row for each. Export the model for batches of every size");

        return few.Length == 2
            ? given
            : given.Then(Reshaped("flatten", [few.Skip(1).Aggregate(1, (product, extent) => product * extent)]));
    }

    int[] Shape(Core.Network given, int examples) => [.. Trace(given, examples).Shape];

    Tensor Trace(Core.Network given, int examples) =>
        NetworkModule.forward(given, TensorModule.input("x", ListModule.OfSeq([examples, inputs])));

    /// <summary>As many examples as there are numbers for: the axis of a single one may have been squeezed away.</summary>
    static Core.Network Reshaped(string kind, int[] form)
    {
        var numbers = Math.Max(1, form.Aggregate(1, (product, extent) => product * extent));
        return NetworkModule.ofLayer(LayerModule.ofFunction(kind, FuncConvert.FromFunc<Tensor, Tensor>(
            x => TensorModule.reshape(ListModule.OfSeq([ShapeModule.size(x.Shape) / numbers, .. form]), x))));
    }

    static Column[] Numbered(int count) =>
        [.. Enumerable.Range(1, count).Select(number => new Column($"x{number}", ColumnKind.Numeric))];

    static string[] Digits(int count) =>
        [.. Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture))];
}
