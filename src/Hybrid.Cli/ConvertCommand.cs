using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>hybrid convert: foreign ONNX files rewritten in this project's form.</summary>
static class ConvertCommand
{
    public static Command Create()
    {
        var from = new Argument<string>("IN") { Description = "A feed-forward ONNX file, opset 7 to 24." };
        var to = new Argument<string>("OUT") { Description = "The file to write: opset 17, with a table of columns as input." };
        var command = new Command("convert", "Rewrite an ONNX file in hybrid's own form, with the same results.") { from, to };
        command.SetAction(parsed =>
        {
            var (source, target) = (parsed.GetRequiredValue(from), parsed.GetRequiredValue(to));
            OutputFile.EnsureWritable("OUT", target, source);
            ModelConverter.Convert(source, target);
            new Terminal(json: false).Line($"Wrote {target}. Next: {About.Name} describe {target}");
            return ExitCode.Done;
        });
        return command;
    }
}
