using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>hybrid convert: foreign ONNX files rewritten in this project's form, and models with smaller weights.</summary>
static class ConvertCommand
{
    public static Command Create()
    {
        var from = new Argument<string>("IN") { Description = "A feed-forward ONNX file, opset 7 to 24." };
        var to = new Argument<string?>("OUT")
        {
            Description = "The file to write: opset 17, with a table of columns as input. Or give it by -o.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = Arguments.Output("file.onnx", "The file to write, if it is not the second argument.");
        var scale = Arguments.Fraction(
            "--scale", "The file multiplies its inputs by this first, such as 1/255 where it was trained on pixels from 0 to 1. Default: 1.");
        var mean = Arguments.Numbers(
            "--mean", "What the file subtracts after that, one number or one for each channel, such as 0.485,0.456,0.406. Default: 0.");
        var deviation = Arguments.Numbers("--deviation", "What the file divides by after that, one number or one for each channel. Default: 1.");
        var int8 = new Option<bool>("--int8")
        {
            Description = "Compute dense layers and convolutions with integers of 8 bits: for large networks a file of about a quarter of the "
                + "size, in the QDQ form that other runtimes read, too. Needs --data.",
        };
        var bfloat16 = new Option<bool>("--bfloat16")
        {
            Description = "Round the weights of the dense layers to bfloat16: for large networks a file of about half the size, with results that "
                + "are closer than those of --int8. Needs --data.",
        };
        var data = Arguments.Text(
            "--data", "data", "With --int8 or --bfloat16: data with targets, which the two models are compared on. For integers, its ranges become "
            + "those of the layers. Of the training data, the training part has the ranges, and the comparison is on what was held out.");
        var command = new Command("convert", "Rewrite an ONNX file in hybrid's own form: with the same results, or with weights of 8 or 16 bits.")
        {
            from, to, output, scale, mean, deviation, int8, bfloat16, data,
        };
        command.SetAction(parsed =>
        {
            var source = parsed.GetRequiredValue(from);
            var target = (parsed.GetValue(to), parsed.GetValue(output)) switch
            {
                ({ } file, null) => file,
                (null, { } file) => file,
                (null, null) => throw new UsageException("The file to write is missing. Name it: convert IN OUT, or convert IN -o OUT."),
                _ => throw new UsageException("There are two files to write, OUT and that of --output. Omit one of them."),
            };
            OutputFile.EnsureWritable("OUT", target, source, parsed.GetValue(data));
            var scaled = new Option[] { scale, mean, deviation }.FirstOrDefault(option => parsed.GetResult(option) is not null);

            Option<bool>[] asked = [.. new[] { int8, bfloat16 }.Where(parsed.GetValue)];

            if (asked is [var smaller, ..])
            {
                if (asked.Length > 1)
                    throw new UsageException("--int8 and --bfloat16 exclude each other. Omit one of them.");

                if (scaled is not null)
                    throw new UsageException(
                        $"{scaled.Name} does not go with {smaller.Name}. Convert the file with it first, and the new file with {smaller.Name}.");

                Compress(source, target, smaller == int8, parsed.GetValue(data)
                    ?? throw new UsageException(
                        $"{smaller.Name} needs --data: rows with the model's columns and its target, such as the training data."));
                return ExitCode.Done;
            }

            if (parsed.GetValue(data) is not null)
                throw new UsageException("--data goes with --int8 or --bfloat16. Add one of them, or omit --data.");

            InputScaling plain = new(), scaling = new()
            {
                Scale = parsed.GetValue(scale) ?? plain.Scale,
                Mean = parsed.GetValue(mean) is { Length: > 0 } means ? means : plain.Mean,
                Deviation = parsed.GetValue(deviation) is { Length: > 0 } deviations ? deviations : plain.Deviation,
            };
            ModelConverter.Convert(source, target, scaled is not null ? scaling : null);
            new Terminal(json: false).Line($"Wrote {target}. Next: {About.Name} describe {Flags.Word(target)}");
            return ExitCode.Done;
        });
        return command;
    }

    static void Compress(string source, string target, bool isInt8, string data)
    {
        var read = ModelData.Load(source, data);
        Warnings.Print(read.Model);
        var (training, heldOut) = read.SelectTraining();
        var measured = heldOut ?? training;
        var found = isInt8
            ? read.Model.ToInt8(training.Examples, measured.Examples)
            : read.Model.ToBFloat16(training.Examples, measured.Examples);
        found.Model.Save(target);

        var terminal = new Terminal(json: false);
        terminal.Line($"Ranges: of {Words.Count(training.Examples.Count, "example")}; compared on "
            + (heldOut is null ? "the same." : $"{Words.Count(measured.Examples.Count, "held-out example")}."));
        terminal.Line((isInt8
                ? $"Integers: {Words.Count(found.Layers, "layer")}."
                : $"Weights in bfloat16: {Words.Count(found.Layers, "dense layer")}.")
            + (found.Kept.Count > 0 ? $" Still float32: {Words.List([.. found.Kept.Distinct()])}." : ""));
        if (read.Model.Interval is not null)
            terminal.Line("Left out: what intervals or sets of classes were calibrated on, the model as it was.");

        terminal.Line($"Size: {Words.Count(found.SizeBefore, "byte")} before, {Words.Count(found.SizeAfter, "byte")} after "
            + $"({Words.Percent((double)found.SizeAfter / found.SizeBefore)}).");
        terminal.Line($"Before: {Words.Describe(found.Before)}");
        terminal.Line($"After: {Words.Describe(found.After)}");
        terminal.Line($"Difference of outputs: measured at most {Words.Number(found.LargestDifference)}; "
            + (double.IsFinite(found.ProvedDifference)
                ? $"proved at most {Words.AtMost(found.ProvedDifference)} for all inputs within the ranges of the columns, none of them missing."
                : "no bound is proved."));
        if (found.SameClass is { } same)
            terminal.Line($"Same class in both: proved of {same.ToString("N0", Arguments.Culture)} of {Words.Count(found.Rows, "row")} "
                + $"({Words.Percent((double)same / found.Rows)}).");

        terminal.Line($"Wrote {target}. Next: {About.Name} evaluate {Flags.Word(target)} {Flags.Word(data)}");
    }
}
