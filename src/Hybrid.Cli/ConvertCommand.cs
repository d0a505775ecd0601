using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>hybrid convert: foreign ONNX files rewritten in this project's form.</summary>
static class ConvertCommand
{
    public static Command Create()
    {
        var from = new Argument<string>("IN") { Description = "A feed-forward ONNX file, opset 7 to 24." };
        var to = new Argument<string>("OUT") { Description = "The file to write: opset 17, with a table of columns as input." };
        var scale = Arguments.Fraction(
            "--scale", "The file multiplies its inputs by this first, such as 1/255 where it was trained on pixels from 0 to 1. Default: 1.");
        var mean = Arguments.Numbers(
            "--mean", "What the file subtracts after that, one number or one for each channel, such as 0.485,0.456,0.406. Default: 0.");
        var deviation = Arguments.Numbers("--deviation", "What the file divides by after that, one number or one for each channel. Default: 1.");
        var command = new Command("convert", "Rewrite an ONNX file in hybrid's own form, with the same results.")
        {
            from, to, scale, mean, deviation,
        };
        command.SetAction(parsed =>
        {
            var (source, target) = (parsed.GetRequiredValue(from), parsed.GetRequiredValue(to));
            OutputFile.EnsureWritable("OUT", target, source);
            InputScaling plain = new(), asked = new()
            {
                Scale = parsed.GetValue(scale) ?? plain.Scale,
                Mean = parsed.GetValue(mean) is { Length: > 0 } means ? means : plain.Mean,
                Deviation = parsed.GetValue(deviation) is { Length: > 0 } deviations ? deviations : plain.Deviation,
            };
            var isScaled = new Option[] { scale, mean, deviation }.Any(option => parsed.GetResult(option) is not null);
            ModelConverter.Convert(source, target, isScaled ? asked : null);
            new Terminal(json: false).Line($"Wrote {target}. Next: {About.Name} describe {target}");
            return ExitCode.Done;
        });
        return command;
    }
}
