using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <content>What a model predicts: from numbers, from text, from data and from files of any length. Numbers are in the units of the
/// table that the model was trained on.</content>
public sealed partial class Model
{
    const string Doubles = "numbers of double precision: Predict(ReadOnlySpan<double>) and the like";

    /// <summary>The outputs for one example or many, row by row.</summary>
    /// <param name="examples">[examples; columns]: raw numbers, the index of a category, NaN where a value is missing.</param>
    /// <returns>For each example, the probabilities or scores of the classes or labels, or the quantities in their own units, in the order of
    /// <see cref="Targets"/>.</returns>
    /// <exception cref="PrecisionException">Float32 does not tell the numbers of a column, or of the target, apart: give
    /// double.</exception>
    /// <exception cref="HybridException">The length of the examples is not a multiple of the number of columns, or a feature is
    /// infinite.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public float[] Predict(ReadOnlySpan<float> examples)
    {
        RequireSingle();
        return Outputs(examples);
    }

    /// <summary>The same, with outputs in the caller's memory; see <see cref="NeuralNetwork.Predict(ReadOnlySpan{float},
    /// Span{float})"/>.</summary>
    /// <param name="examples">[examples; columns].</param>
    /// <param name="outputs">Receives [examples; outputs]; must not overlap the examples.</param>
    /// <exception cref="PrecisionException">As for <see cref="Predict(ReadOnlySpan{float})"/>.</exception>
    /// <exception cref="HybridException">The length of the examples is not a multiple of the number of columns, the outputs have
    /// the wrong length, the two overlap, or a feature is infinite.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public void Predict(ReadOnlySpan<float> examples, Span<float> outputs)
    {
        RequireSingle();
        Data.Encode.requireCategories(Value.Schema.Columns, examples);

        try
        {
            Network.Predict(examples, outputs);
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(Value, "", 0, error);
        }
    }

    /// <summary>The outputs for one example or many, row by row: from any numbers, such as Unix time or coordinates, which are taken
    /// less <see cref="ColumnInfo.Offset"/> in double precision.</summary>
    /// <param name="examples">[examples; columns]: raw numbers, the index of a category, NaN where a value is missing.</param>
    /// <returns>For each example, the probabilities or scores of the classes or labels, or the quantities in their own units, in the order of
    /// <see cref="Targets"/>.</returns>
    /// <exception cref="HybridException">The length of the examples is not a multiple of the number of columns, or a number is
    /// beyond float32.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public double[] Predict(ReadOnlySpan<double> examples) => InUnit(Outputs(Singles(examples)));

    /// <summary>The same for all examples of some data, whose targets do not matter.</summary>
    /// <param name="data">Examples with the model's columns.</param>
    /// <exception cref="TableException">Their columns are not the model's.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public double[] Predict(TableData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var features = TableModule.featuresFor(Value.Schema, data.Value);

        try
        {
            return InUnit(Network.Predict(features, data.Rows));
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(Value, data.Source, 0, error);
        }
    }

    /// <summary>The name of an example's most probable class.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{float})"/>.</param>
    /// <exception cref="PrecisionException">As for <see cref="Predict(ReadOnlySpan{float})"/>.</exception>
    /// <exception cref="HybridException">The model predicts a quantity, or the example does not have one number per
    /// column.</exception>
    /// <exception cref="NonFiniteResultException">A score is NaN or infinite.</exception>
    public string Classify(ReadOnlySpan<float> example) => RequireClasses(example.Length)[MetricsModule.predictedClass(Predict(example))];

    /// <summary>The same, from numbers in double precision.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <exception cref="HybridException">As for <see cref="Classify(ReadOnlySpan{float})"/>.</exception>
    /// <exception cref="NonFiniteResultException">A score is NaN or infinite.</exception>
    public string Classify(ReadOnlySpan<double> example) =>
        RequireClasses(example.Length)[MetricsModule.predictedClass(Outputs(Singles(example)))];

    /// <summary>The class of an example by a threshold: this one if its probability is at least the threshold, and otherwise the
    /// most probable of the others.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{float})"/>.</param>
    /// <param name="name">The class, such as the one that an alarm is raised for.</param>
    /// <param name="threshold">From 0 to 1; for two classes 0.5 is what <see cref="Classify(ReadOnlySpan{float})"/> does.</param>
    /// <exception cref="OptionException">The threshold is not from 0 to 1.</exception>
    /// <exception cref="PrecisionException">As for <see cref="Predict(ReadOnlySpan{float})"/>.</exception>
    /// <exception cref="HybridException">The model has no such class, or returns no probabilities, or the example does not have
    /// one number per column.</exception>
    /// <exception cref="NonFiniteResultException">A probability is NaN or infinite.</exception>
    public string Classify(ReadOnlySpan<float> example, string name, double threshold)
    {
        ArgumentNullException.ThrowIfNull(name);
        return RequireClasses(example.Length)[Models.ModelModule.classAt(name, threshold, Value, Predict(example))];
    }

    /// <summary>The same, from numbers in double precision.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <param name="name">The class.</param>
    /// <param name="threshold">From 0 to 1.</param>
    /// <exception cref="OptionException">The threshold is not from 0 to 1.</exception>
    /// <exception cref="HybridException">As for <see cref="Classify(ReadOnlySpan{float}, string, double)"/>.</exception>
    /// <exception cref="NonFiniteResultException">A probability is NaN or infinite.</exception>
    public string Classify(ReadOnlySpan<double> example, string name, double threshold)
    {
        ArgumentNullException.ThrowIfNull(name);
        return RequireClasses(example.Length)[Models.ModelModule.classAt(name, threshold, Value, Outputs(Singles(example)))];
    }

    /// <summary>The probability of each class for an example, by its name, in the order of <see cref="Classes"/>.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{float})"/>.</param>
    /// <exception cref="PrecisionException">As for <see cref="Predict(ReadOnlySpan{float})"/>.</exception>
    /// <exception cref="HybridException">The model predicts a quantity or returns scores, or the example does not have one number
    /// per column.</exception>
    /// <exception cref="NonFiniteResultException">A probability is NaN or infinite.</exception>
    public IReadOnlyDictionary<string, float> Probabilities(ReadOnlySpan<float> example) =>
        Named(RequireClasses(example.Length), Predict(example));

    /// <summary>The same, from numbers in double precision.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <exception cref="HybridException">As for <see cref="Probabilities(ReadOnlySpan{float})"/>.</exception>
    /// <exception cref="NonFiniteResultException">A probability is NaN or infinite.</exception>
    public IReadOnlyDictionary<string, float> Probabilities(ReadOnlySpan<double> example) =>
        Named(RequireClasses(example.Length), Outputs(Singles(example)));

    /// <summary>What is predicted for an example, by its name: each target's quantity in its own unit, the probability that each label
    /// is yes, or the probability or score of each class.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <exception cref="HybridException">The example does not have one number per column, or the file does not name what it
    /// returns.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public IReadOnlyDictionary<string, double> PredictNamed(ReadOnlySpan<double> example)
    {
        RequireExample(example.Length);
        var names = Models.ModelModule.outputNames(Value);
        if (names.Length != Network.Outputs)
            throw new HybridException($"The model returns {Network.Outputs} numbers without names. Use Predict.");

        return names.Zip(Predict(example)).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>The labels that are predicted to be yes for an example, by their names.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <param name="threshold">The probability from which on every label is yes, from 0 to 1. Null: the model's own
    /// <see cref="Thresholds"/>.</param>
    /// <exception cref="OptionException">The threshold is not from 0 to 1.</exception>
    /// <exception cref="HybridException">The model does not predict labels, or the example does not have one number per
    /// column.</exception>
    /// <exception cref="NonFiniteResultException">A probability is NaN or infinite.</exception>
    public IReadOnlyList<string> Labels(ReadOnlySpan<double> example, double? threshold = null)
    {
        RequireExample(example.Length);
        if (Thresholds is not { } thresholds)
            throw new HybridException($"The model predicts {Printable.quote(TargetName)}, not labels. Use {(Classes is null ? "Predict" : "Classify")}.");
        if (threshold is not (null or (>= 0 and <= 1)))
            throw new OptionException(nameof(threshold), $"must be from 0 to 1, not {threshold}");

        var outputs = Predict(example);
        return [.. Targets.Where((_, label) => outputs[label] >= (threshold ?? thresholds[label])).Select(target => target.Name)];
    }

    /// <summary>The outputs for rows as a program has them, without targets.</summary>
    /// <param name="rows">As for <see cref="EncodeAll"/>.</param>
    /// <param name="unknown">As for <see cref="Encode"/>.</param>
    /// <returns>[rows; outputs]: the probabilities or scores of the classes or labels, or the quantities in their own units, in the order of
    /// <see cref="Targets"/>.</returns>
    /// <exception cref="HybridException">As for <see cref="Encode"/>.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public double[] PredictAll(object rows, UnknownCategory unknown = UnknownCategory.Error) =>
        Predict((double[])[.. EncodeAll(rows, unknown).SelectMany(row => row)]);

    /// <summary>The names of the most probable classes of rows as a program has them, without targets.</summary>
    /// <param name="rows">As for <see cref="EncodeAll"/>.</param>
    /// <param name="unknown">As for <see cref="Encode"/>.</param>
    /// <exception cref="HybridException">The model predicts a quantity; or as for <see cref="Encode"/>.</exception>
    /// <exception cref="NonFiniteResultException">A score is NaN or infinite.</exception>
    public string[] ClassifyAll(object rows, UnknownCategory unknown = UnknownCategory.Error)
    {
        var classes = RequireClasses(Inputs);
        return [.. EncodeAll(rows, unknown).Chunk(RowsAtOnce).SelectMany(part =>
            Outputs(Singles([.. part.SelectMany(row => row)])).Chunk(Network.Outputs)
                .Select(outputs => classes[MetricsModule.predictedClass(outputs)]))];
    }

    const int RowsAtOnce = 4096;

    /// <summary>The network's outputs; errors name classes or target.</summary>
    float[] Outputs(ReadOnlySpan<float> features)
    {
        Data.Encode.requireCategories(Value.Schema.Columns, features);

        try
        {
            return Network.Predict(features);
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(Value, "", 0, error);
        }
    }

    float[] Singles(ReadOnlySpan<double> examples) => Data.Encode.singles(Value.Schema.Columns, examples);

    double[] InUnit(float[] outputs) => Models.Prediction.inUnit(Value, outputs);

    Dictionary<string, float> Named(IReadOnlyList<string> classes, float[] outputs) =>
        classes.Zip(Models.ModelModule.probabilities(Value, outputs)).ToDictionary(pair => pair.First, pair => pair.Second);

    void RequireSingle()
    {
        if (hasOffsets)
            SchemaModule.requireSingle(Doubles, Value.Schema);
    }

    IReadOnlyList<string> RequireClasses(int numbers)
    {
        if (Classes is not { } classes)
            throw new HybridException(HasLabels
                ? $"The model predicts the labels {Printable.quote(TargetName)}, not a class. Use {nameof(Labels)}."
                : $"The model predicts the quantity {Printable.quote(TargetName)}, not a class. Use Predict.");
        RequireExample(numbers);
        return classes;
    }

    void RequireExample(int numbers)
    {
        if (numbers != Inputs)
            throw new HybridException($"An example has {Printable.count(Inputs, "column")}, but {numbers} numbers were given.");
    }

    /// <summary>The numbers of a row as a program has it, for <see cref="Predict(ReadOnlySpan{double})"/>: its columns are found by
    /// their names, exactly or in any case, and others are ignored. null, DBNull and NaN are missing values; texts are read as in
    /// the table that the model was trained on, with its units, thousands, dates and texts for missing values.</summary>
    /// <param name="row">A dictionary, a JsonElement, an IDataRecord or a DbDataReader at a row, a DataRow or DataRowView, or an object with public
    /// properties.</param>
    /// <param name="unknown">What to do about categories that the model does not know. Default: an error.</param>
    /// <exception cref="HybridException">The row lacks a column, or a value is neither a number nor a known category.</exception>
    public double[] Encode(object row, UnknownCategory unknown = UnknownCategory.Error)
    {
        ArgumentNullException.ThrowIfNull(row);
        return encoder.Value.Row(Policy(unknown), row);
    }

    /// <summary>The numbers of rows, each when it is asked for.</summary>
    /// <param name="rows">A collection of rows as for <see cref="Encode"/>, an IDataReader or DbDataReader, which is read to its
    /// end, a DataTable, or a JsonElement of an array.</param>
    /// <param name="unknown">As for <see cref="Encode"/>.</param>
    /// <exception cref="HybridException">As for <see cref="Encode"/>, when the row is asked for; the message says which row it is, from
    /// 1.</exception>
    public IEnumerable<double[]> EncodeAll(object rows, UnknownCategory unknown = UnknownCategory.Error)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return encoder.Value.Rows(Policy(unknown), rows);
    }

    static Data.FSharpUnknownCategory Policy(UnknownCategory unknown) => unknown switch
    {
        UnknownCategory.Missing => Data.FSharpUnknownCategory.Missing,
        UnknownCategory.AllMissing => Data.FSharpUnknownCategory.AllMissing,
        _ => Data.FSharpUnknownCategory.Error,
    };

    /// <summary>The numbers of an example, for <see cref="Predict(ReadOnlySpan{double})"/>, whose values are written as in the table
    /// that the model was trained on: numbers, with the column's units, thousands or dates, the names of categories, and for a
    /// missing value nothing, NA or ?.</summary>
    /// <param name="values">One for each of <see cref="Columns"/>.</param>
    /// <exception cref="HybridException">The number of values is wrong, or one is neither a number nor a known
    /// category.</exception>
    public double[] Parse(params ReadOnlySpan<string> values)
    {
        if (values.Length != Inputs)
            throw new HybridException($"An example has {Inputs} values, one for each column, not {values.Length}.");

        var numbers = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            numbers[i] = encoder.Value.Cell(Data.FSharpUnknownCategory.Error, i, Cell.NewText(values[i]?.Trim() ?? ""));

        return numbers;
    }

    /// <summary>Predicts the rows of data without targets, in order and a part at a time, so that tables of any length
    /// fit.</summary>
    /// <param name="data">A built-in name, a folder, an image file or a folder of some without classes, or a table, whose columns are
    /// found by their names.</param>
    /// <param name="each">Receives the predictions for some rows.</param>
    /// <param name="options">Columns to keep, and what to do about rows that do not fit. Null for the defaults.</param>
    /// <returns>What became of the rows.</returns>
    /// <exception cref="TableException">The data cannot be read or do not fit the model.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite, and rows that fail are errors; the example is counted
    /// from the first row of data.</exception>
    public PredictionCount PredictFile(string data, Action<PredictedRows> each, PredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(each);
        options ??= new();

        var count = Models.Prediction.ofData(
            FuncConvert.FromFunc<float[], float[]>(features => Network.Predict(features)), Network.Outputs, Value, options.Csv,
            new TableOptions().Source, data,
            FuncConvert.FromAction<Models.FSharpPredictedRows>(rows => each(new PredictedRows(rows.Outputs, rows.Kept))));
        return new PredictionCount(count.Predicted, count.Skipped, count.Mended, count.NonFinite, TableNote.Of(count.Notes));
    }
}
