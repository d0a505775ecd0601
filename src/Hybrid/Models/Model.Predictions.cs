using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <content>What a model predicts: from numbers, from text, from data and from files of any length.</content>
public sealed partial class Model
{
    /// <summary>The network's outputs for one example or many, row by row.</summary>
    /// <param name="examples">[examples; columns]: raw numbers, the index of a category, NaN where a value is missing.</param>
    /// <returns>For each example, the probabilities or scores of the classes, or the quantity in its own unit.</returns>
    /// <exception cref="HybridException">The length of the examples is not a multiple of the number of columns, or a feature is
    /// infinite.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public float[] Predict(ReadOnlySpan<float> examples)
    {
        Data.Encode.requireCategories(Value.Schema.Columns, examples);

        try
        {
            return Network.Predict(examples);
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(Value, "", 0, error);
        }
    }

    /// <summary>The same, with outputs in the caller's memory; see <see cref="NeuralNetwork.Predict(ReadOnlySpan{float},
    /// Span{float})"/>.</summary>
    /// <param name="examples">[examples; columns].</param>
    /// <param name="outputs">Receives [examples; outputs]; must not overlap the examples.</param>
    /// <exception cref="HybridException">The length of the examples is not a multiple of the number of columns, the outputs have
    /// the wrong length, the two overlap, or a feature is infinite.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public void Predict(ReadOnlySpan<float> examples, Span<float> outputs)
    {
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

    /// <summary>The same for all examples of some data, whose targets do not matter.</summary>
    /// <param name="data">Examples with the model's columns.</param>
    /// <exception cref="TableException">Their columns are not the model's.</exception>
    /// <exception cref="NonFiniteResultException">An output is NaN or infinite.</exception>
    public float[] Predict(TableData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var features = TableModule.featuresFor(Value.Schema, data.Value);

        try
        {
            return Network.Predict(features, data.Rows);
        }
        catch (NonFiniteResultException error)
        {
            throw Models.Prediction.named(Value, data.Source, 0, error);
        }
    }

    /// <summary>The name of an example's most probable class.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{float})"/>.</param>
    /// <exception cref="HybridException">The model predicts a quantity, or the example does not have one number per
    /// column.</exception>
    /// <exception cref="NonFiniteResultException">A score is NaN or infinite.</exception>
    public string Classify(ReadOnlySpan<float> example)
    {
        var classes = RequireClasses(example);
        return classes[MetricsModule.predictedClass(Predict(example))];
    }

    /// <summary>The class of an example by a threshold: this one if its probability is at least the threshold, and otherwise the
    /// most probable of the others.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{float})"/>.</param>
    /// <param name="name">The class, such as the one that an alarm is raised for.</param>
    /// <param name="threshold">From 0 to 1; for two classes 0.5 is what <see cref="Classify(ReadOnlySpan{float})"/> does.</param>
    /// <exception cref="OptionException">The threshold is not from 0 to 1.</exception>
    /// <exception cref="HybridException">The model has no such class, or returns no probabilities, or the example does not have
    /// one number per column.</exception>
    /// <exception cref="NonFiniteResultException">A probability is NaN or infinite.</exception>
    public string Classify(ReadOnlySpan<float> example, string name, double threshold)
    {
        ArgumentNullException.ThrowIfNull(name);
        var classes = RequireClasses(example);
        return classes[Models.ModelModule.classAt(name, threshold, Value, Predict(example))];
    }

    /// <summary>The probability of each class for an example, by its name, in the order of <see cref="Classes"/>.</summary>
    /// <param name="example">[columns], as for <see cref="Predict(ReadOnlySpan{float})"/>.</param>
    /// <exception cref="HybridException">The model predicts a quantity or returns scores, or the example does not have one number
    /// per column.</exception>
    /// <exception cref="NonFiniteResultException">A probability is NaN or infinite.</exception>
    public IReadOnlyDictionary<string, float> Probabilities(ReadOnlySpan<float> example)
    {
        var classes = RequireClasses(example);
        var probabilities = Models.ModelModule.probabilities(Value, Predict(example));
        return classes.Zip(probabilities).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    IReadOnlyList<string> RequireClasses(ReadOnlySpan<float> example)
    {
        if (Classes is not { } classes)
            throw new HybridException($"The model predicts the quantity {Printable.quote(TargetName)}, not a class. Use Predict.");
        if (example.Length != Inputs)
            throw new HybridException($"An example has {Inputs} columns, but {example.Length} numbers were given.");

        return classes;
    }

    /// <summary>The numbers of a row as a program has it, for <see cref="Predict(ReadOnlySpan{float})"/>: its columns are found by
    /// their names, exactly or in any case, and others are ignored. null, DBNull and NaN are missing values.</summary>
    /// <param name="row">A dictionary, a JsonElement, an IDataRecord or a DbDataReader at a row, a DataRow, or an object with public
    /// properties.</param>
    /// <param name="unknown">What to do about categories that the model does not know. Default: an error.</param>
    /// <exception cref="HybridException">The row lacks a column, or a value is neither a number nor a known category.</exception>
    public float[] Encode(object row, UnknownCategory unknown = UnknownCategory.Error)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Data.Encode.row(Policy(unknown), Value.Schema, row);
    }

    /// <summary>The numbers of rows, each when it is asked for.</summary>
    /// <param name="rows">A collection of rows as for <see cref="Encode"/>, an IDataReader or DbDataReader, which is read to its
    /// end, a DataTable, or a JsonElement of an array.</param>
    /// <param name="unknown">As for <see cref="Encode"/>.</param>
    /// <exception cref="HybridException">As for <see cref="Encode"/>, when the row is asked for.</exception>
    public IEnumerable<float[]> EncodeAll(object rows, UnknownCategory unknown = UnknownCategory.Error)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Data.Encode.rows(Policy(unknown), Value.Schema, rows);
    }

    static Data.UnknownCategory Policy(UnknownCategory unknown) =>
        unknown == UnknownCategory.Missing ? Data.UnknownCategory.Missing : Data.UnknownCategory.Error;

    /// <summary>The numbers of an example whose values are written as in a table: numbers with a decimal point, the names of
    /// categories, and for a missing value nothing, NA or ?.</summary>
    /// <param name="values">One for each of <see cref="Columns"/>.</param>
    /// <exception cref="HybridException">The number of values is wrong, or one is neither a number nor a known
    /// category.</exception>
    public float[] Parse(params ReadOnlySpan<string> values)
    {
        if (values.Length != Inputs)
            throw new HybridException($"An example has {Inputs} columns, but {values.Length} values were given.");

        var numbers = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            numbers[i] = Data.Encode.cell(
                Data.UnknownCategory.Error, Value.Schema.Columns[i], Cell.NewText(values[i]?.Trim() ?? ""));

        return numbers;
    }

    /// <summary>Predicts the rows of data without targets, in order and a part at a time, so that tables of any length
    /// fit.</summary>
    /// <param name="data">A built-in name, a folder, or a table, whose columns are found by their names.</param>
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
            FuncConvert.FromFunc<float[], float[]>(features => Network.Predict(features)), Network.Outputs, Value, options.Policy,
            ListModule.OfSeq(options.Keep), data,
            FuncConvert.FromAction<Models.PredictedRows>(rows => each(new PredictedRows(rows.Outputs, rows.Kept))));
        return new PredictionCount(count.Predicted, count.Skipped, count.Mended);
    }
}
