using System.Globalization;
using System.Text;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>No text from a file, a name or the command line steers the terminal.</summary>
public sealed class TerminalTests : IDisposable
{
    // a title, the clipboard, a bell, a colour, the short form of ESC [, a turn of the reading, a line end of Unicode
    const string Steering = "\e]0;pwned\e\\\e]52;c;eA==\a\e[31m\u009b2J\u202e\u2028";

    // a table's reader takes a bell for a sign that the file is not text, and finds its separator by itself
    static readonly string Steered = Steering.Replace("\a", "").Replace(";", "");

    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    /// <summary>A table whose names, categories and classes all steer, a model of it, and one with the worst of names.</summary>
    void Make()
    {
        command.Write("t.csv", $"size,colour{Steered},kind{Steered}\n" + string.Concat(Enumerable.Range(0, 60).Select(i =>
            $"{i % 7},{(i % 2 == 0 ? "red" : "blue")}{Steered},{(i % 3 == 0 ? "no" : "yes")}{Steered}\n")));
        command.Write("bad.csv", $"size,colour{Steered},kind{Steered}\n1,pink{Steered},no{Steered}\n");
        Safe(0, "train", "t.csv", "--epochs", "2", "--output", "m.onnx");
        Model.Create(NeuralNetwork.FromSizes([2, 2]), [Steering, "b"], [Steering, "yes"], $"target{Steering}").Save(command.File("worst.onnx"));
        command.Write("two.csv", "1,2\n3,4\n");
    }

    static bool Steers(Rune rune) => rune.Value != '\n' && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.Format or UnicodeCategory.ParagraphSeparator;

    Answer Safe(int code, params string[] words)
    {
        var answer = command.Run(words);
        Assert.DoesNotContain((answer.Output + answer.Errors).EnumerateRunes(), Steers);
        Assert.Equal(code, answer.Code);
        return answer;
    }

    [Fact]
    public void Every_command_escapes_control_sequences()
    {
        Make();
        // as in JSON, so that one sees what is there
        Assert.Contains(@"\u001b]52;c;eA==\u0007", Safe(0, "describe", "worst.onnx").Output);

        foreach (var words in (string[][])
            [
                ["describe", "m.onnx"],
                ["describe", "worst.onnx", "--json"],
                ["predict", "worst.onnx", "two.csv"],
                ["train", "t.csv", "--epochs", "1"],
                ["train", "t.csv", "--epochs", "1", "--json"],
                ["train", "t.csv", "--epochs", "1", "--seeds", "2", "--monitor"],
                ["evaluate", "m.onnx", "t.csv"],
                ["evaluate", "m.onnx", "t.csv", "--json"],
                ["predict", "m.onnx", "t.csv"],
                ["gradcheck", "m.onnx", "t.csv"],
                ["gradcheck", "m.onnx", "t.csv", "--json"],
                ["doctor", "m.onnx", "t.csv"],
                ["doctor", "m.onnx", "t.csv", "--json"],
                ["convert", "m.onnx", $"c{Steering}.onnx"],
                ["lecture", "list"],
            ])
            Safe(0, words);
    }

    [Fact]
    public void Errors_escape_control_sequences_too()
    {
        Make();
        foreach (var (code, words) in ((int, string[])[])
            [
                (1, ["predict", "m.onnx", "bad.csv"]),
                (1, ["evaluate", "m.onnx", "bad.csv"]),
                (1, ["train", $"none{Steering}.csv"]),
                (1, ["train", "t.csv", "--target", $"none{Steering}"]),
                (1, ["train", "t.csv", "--ignore", $"none{Steering}"]),
                (1, ["describe", $"none{Steering}.onnx"]),
                (1, ["train", "t.csv", "--output", $"none{Steering}/m.onnx"]),
                (2, [$"none{Steering}"]),
                (2, ["train", "t.csv", $"--none{Steering}"]),
                (2, ["train", "t.csv", "--epochs", $"1{Steering}"]),
                (2, ["train", "t.csv", "--loss", $"none{Steering}"]),
                (2, ["approximate", $"sin(x){Steering}"]),
                (2, ["approximate", "sin(x)", "--from", $"1{Steering}"]),
                (2, ["lecture", $"none{Steering}"]),
                (2, ["completion", $"none{Steering}"]),
            ])
            Safe(code, words);
    }

    [Fact]
    public void A_file_of_predictions_has_the_names_verbatim()
    {
        Make();
        Safe(0, "predict", "m.onnx", "t.csv", "--output", "p.csv");
        Assert.Contains($"yes{Steered}", File.ReadAllText(command.File("p.csv")));
    }

    [Fact]
    public void A_name_with_control_characters_is_not_offered_for_completion()
    {
        command.Write($"a{Steering}.onnx", "");
        command.Write("b.onnx", "");
        Assert.Equal("b.onnx\n", Safe(0, "[suggest]", "describe ").Output);
    }

    [Fact]
    public void A_figure_has_its_texts_without_control_characters()
    {
        command.Succeed("approximate", "sin(x)", "--figure", "f.svg", "--epsilon", "0.1");
        Assert.DoesNotContain(File.ReadAllText(command.File("f.svg")).EnumerateRunes(), Steers);
        var text = Hybrid.Figures.Svg.write(Hybrid.Figures.Element.NewText(Steering));
        Assert.DoesNotContain(text.EnumerateRunes(), Steers);
    }

    /// <summary>A spreadsheet may take such a name for a formula; it stays what it is, for the file is data, and numbers that
    /// are negative stay numbers.</summary>
    [Fact]
    public void Names_that_begin_like_formulas_are_written_verbatim()
    {
        command.Write("f.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 5},{(i % 2 == 0 ? "=1+1" : "-cmd")}\n")));
        command.Succeed("train", "f.csv", "--epochs", "1", "--loss", "hinge");
        var lines = command.Succeed("predict", "model.onnx", "f.csv").Lines;
        Assert.Equal("prediction,-cmd,=1+1", lines[0]);
        Assert.All(lines[1..], line => Assert.True(line.StartsWith("=1+1,", StringComparison.Ordinal) || line.StartsWith("-cmd,", StringComparison.Ordinal)));
    }
}
