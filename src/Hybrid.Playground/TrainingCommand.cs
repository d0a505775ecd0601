using System.Globalization;

namespace Hybrid.Playground;

/// <summary>A command line of hybrid train, which is the state of the page, and the same training in C# and F#.</summary>
public sealed class TrainingCommand
{
    readonly (Setting Setting, string Value)[] given;
    readonly (string Flag, string Value)[] ofTable;

    TrainingCommand(string data, (Setting, string)[] given, (string, string)[] ofTable)
    {
        Data = data;
        this.given = given;
        this.ofTable = ofTable;
    }

    /// <summary>The name of built-in data, or of a table's file.</summary>
    public string Data { get; }

    /// <summary>Reads a command line.</summary>
    /// <param name="words">train, the data, and options, each with a value.</param>
    /// <exception cref="HybridException">A word is not known, or a value cannot be read.</exception>
    public static TrainingCommand Parse(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words is not ["train", var data, ..])
            throw new HybridException("The page shows trainings: hybrid train, the data, and options.");

        List<(Setting, string)> given = [];
        List<(string, string)> ofTable = [];
        foreach (var pair in words.Skip(2).Chunk(2))
            if (pair is not [var flag, var value])
                throw new HybridException($"{pair[0]} needs a value.");
            else if (flag is "--target" or "--ignore" or "--task")
                ofTable.Add((flag, value));
            else
                given.Add((
                    Setting.All.FirstOrDefault(setting => setting.Flag == flag)
                        ?? throw new HybridException($"{Printable.quote(flag)} is not an option of this page."),
                    value));

        return new(data, [.. given], [.. ofTable]);
    }

    /// <summary>How to train, as the command would.</summary>
    /// <exception cref="HybridException">A value cannot be read.</exception>
    /// <exception cref="OptionException">A value is out of range.</exception>
    public TrainingOptions Options
    {
        get
        {
            var options = given.Aggregate(
                new TrainingOptions { Threads = 1 }, (options, each) => each.Setting.With(options, each.Value));
            options.Check();
            return options;
        }
    }

    /// <summary>How the table is read.</summary>
    public TableOptions Table => new()
    {
        Targets = Values("--target"),
        Ignore = Values("--ignore"),
        Task = Values("--task") is [var task, ..] ? Kind(task) : TaskKind.Guess,
    };

    static TaskKind Kind(string text) => text switch
    {
        "classification" => TaskKind.Classification,
        "regression" => TaskKind.Regression,
        _ => throw new HybridException($"--task must be classification or regression, not {Printable.quote(text)}."),
    };

    /// <summary>The same with a number of epochs.</summary>
    /// <param name="epochs">At least 1.</param>
    public TrainingCommand WithEpochs(int epochs) => With("--epochs", epochs.ToString(CultureInfo.InvariantCulture));

    TrainingCommand With(string flag, string value) => new(
        Data,
        [.. given.Where(each => each.Setting.Flag != flag), (Setting.All.First(setting => setting.Flag == flag), value)],
        ofTable);

    string[] Values(string flag) => [.. ofTable.Where(each => each.Flag == flag).Select(each => each.Value)];

    /// <summary>The command line, for a shell.</summary>
    public override string ToString() => string.Join(' ',
    [
        "hybrid train", Word(Data), .. ofTable.Select(each => $"{each.Flag} {Word(each.Value)}"),
        .. given.Select(each => $"{each.Setting.Flag} {Word(each.Value)}"),
    ]);

    /// <summary>A C# program that trains the same model.</summary>
    public string ToCSharp()
    {
        string[] table =
        [
            .. Texts("--target", "Targets"), .. Texts("--ignore", "Ignore"),
            .. Values("--task").Select(_ => $"Task = TaskKind.{Table.Task}"),
        ];
        string[] properties = [.. given.Select(each => $"    {each.Setting.Property} = {each.Setting.CSharp(each.Value)},")];
        return string.Join('\n',
        [
            "using Hybrid;",
            "",
            $"var data = TableData.Load({Setting.Quoted(Data)}{(table.Length == 0 ? "" : $", new() {{ {string.Join(", ", table)} }}")});",
            "var report = Trainer.Train(data, new()",
            "{",
            .. properties,
            "});",
            "Console.WriteLine(report);",
            "report.Model.Save(\"model.onnx\");",
            "",
        ]);

        IEnumerable<string> Texts(string flag, string property) => Values(flag) is { Length: > 0 } values
            ? [$"{property} = [{string.Join(", ", values.Select(Setting.Quoted))}]"]
            : [];
    }

    /// <summary>An F# script that trains the same model.</summary>
    public string ToFSharp()
    {
        string[] table =
        [
            .. Texts("--target", "Targets"), .. Texts("--ignore", "Ignore"),
            .. Values("--task").Select(_ => $"Task = TaskChoice.{Table.Task}"),
        ];
        string[] fields = [.. given.Select(each => $"        {each.Setting.Property} = {each.Setting.FSharp(each.Value)}")];
        var source = table.Length == 0
            ? "SourceOptions.defaults"
            : $"{{ SourceOptions.defaults with Csv = {{ CsvOptions.defaults with {string.Join("; ", table)} }} }}";
        return string.Join('\n',
        [
            "open Hybrid.Core",
            "open Hybrid.Data",
            "open Hybrid.Kernels",
            "open Hybrid.Models",
            "open Hybrid.Onnx",
            "",
            $"let data = DataSource.load {source} {Setting.Quoted(Data)}",
            .. fields.Length == 0
                ? (string[])["let options = Options.defaults"]
                : ["let options =", "    { Options.defaults with", .. fields, "    }"],
            "let report = Recipe.train (CpuEngine.Create 1) options data",
            "printfn \"%A\" report.Train",
            "OnnxFile.Write(\"model.onnx\", ModelFile.toOnnx report.Model)",
            "",
        ]);

        IEnumerable<string> Texts(string flag, string field) => Values(flag) is { Length: > 0 } values
            ? [$"{field} = [ {string.Join("; ", values.Select(Setting.Quoted))} ]"]
            : [];
    }

    /// <summary>A word as a shell takes it.</summary>
    internal static string Word(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./,:=+%".Contains(letter))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
