using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hybrid.Peers;

/// <summary>Networks of the command's option --network, with ReLU, as modules of PyTorch.</summary>
static partial class TorchNetwork
{
    /// <summary>What a module is followed by: channels, height and width; rows have one number.</summary>
    sealed record Shape(long Channels, long Height = 1, long Width = 1)
    {
        public long Size => Channels * Height * Width;
    }

    /// <param name="text">Words such as conv32x3,pool2,128.</param>
    /// <param name="image">Channels, height and width, or features, 1 and 1.</param>
    /// <param name="outputs">Neurons of the output layer.</param>
    public static Module<Tensor, Tensor> Create(string text, (long Channels, long Height, long Width) image, long outputs)
    {
        var (modules, shape) = Modules(text, new(image.Channels, image.Height, image.Width));

        if (shape.Height * shape.Width > 1)
            modules.Add(Flatten());

        modules.Add(Linear(shape.Size, outputs));
        return Sequential(modules);
    }

    static (List<Module<Tensor, Tensor>> Modules, Shape After) Modules(string text, Shape shape)
    {
        var modules = new List<Module<Tensor, Tensor>>();

        foreach (var word in Words(text))
            switch (word.Split('x', '/', ':', '('))
            {
                case var _ when Convolution().Match(word) is { Success: true } match:
                    var (channels, size) = (long.Parse(match.Groups[1].Value), long.Parse(match.Groups[2].Value));
                    var stride = match.Groups[3].Success ? long.Parse(match.Groups[3].Value) : 1;
                    var padding = match.Groups[4].Success ? 0 : (size - 1) / 2;
                    modules.Add(Conv2d(shape.Channels, channels, size, stride, padding));
                    modules.Add(ReLU());
                    shape = new(
                        channels, (shape.Height + 2 * padding - size) / stride + 1, (shape.Width + 2 * padding - size) / stride + 1);
                    break;

                case var _ when Pool().Match(word) is { Success: true } match:
                    var window = long.Parse(match.Groups[2].Value);
                    modules.Add(match.Groups[1].Value == "pool" ? MaxPool2d(window) : AvgPool2d(window));
                    shape = shape with { Height = shape.Height / window, Width = shape.Width / window };
                    break;

                case ["globalaverage"]:
                    modules.Add(AdaptiveAvgPool2d(1));
                    modules.Add(Flatten());
                    shape = new(shape.Channels);
                    break;

                case ["residual", ..]:
                    modules.Add(new Residual(Sequential(Modules(word["residual(".Length..^1], shape).Modules)));
                    break;

                case [var units] when long.TryParse(units, out var count):
                    if (shape.Height * shape.Width > 1)
                        modules.Add(Flatten());

                    modules.Add(Linear(shape.Size, count));
                    modules.Add(ReLU());
                    shape = new(count);
                    break;

                default:
                    throw new ArgumentException($"no module for {word}", nameof(text));
            }

        return (modules, shape);
    }

    /// <summary>The words between commas that are not in parentheses.</summary>
    static IEnumerable<string> Words(string text) => WordPattern().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"^conv([0-9]+)x([0-9]+)(?:/([0-9]+))?(:valid)?$")]
    private static partial Regex Convolution();

    [GeneratedRegex("^(pool|average)([0-9]+)$")]
    private static partial Regex Pool();

    [GeneratedRegex(@"[^,()]+(?:\([^()]*\))?")]
    private static partial Regex WordPattern();

    sealed class Residual(Module<Tensor, Tensor> inner) : Module<Tensor, Tensor>("residual")
    {
        public override Tensor forward(Tensor x) => x + inner.forward(x);
    }
}
