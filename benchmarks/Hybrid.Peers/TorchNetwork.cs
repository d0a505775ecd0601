using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hybrid.Peers;

/// <summary>Networks of the command's option --network, with ReLU where no word says tanh, as modules of PyTorch.</summary>
static partial class TorchNetwork
{
    /// <summary>What a module is followed by: channels, height and width; rows have one number.</summary>
    sealed record Shape(long Channels, long Height = 1, long Width = 1)
    {
        public long Size => Channels * Height * Width;
    }

    /// <param name="text">Words such as conv32x3,norm,pool2,128.</param>
    /// <param name="image">Channels, height and width, or features, 1 and 1.</param>
    /// <param name="outputs">Neurons of the output layer.</param>
    public static Module<Tensor, Tensor> Create(string text, (long Channels, long Height, long Width) image, long outputs)
    {
        var network = new Builder(new(image.Channels, image.Height, image.Width));
        network.Add(text);
        network.Activate();
        network.AddLinear(outputs);
        return Sequential(network.Modules);
    }

    /// <summary>Layers so far. An activation is held back, since a normalization may come before it.</summary>
    sealed class Builder(Shape shape)
    {
        bool isPending;

        public List<Module<Tensor, Tensor>> Modules { get; } = [];

        public Shape Shape { get; private set; } = shape;

        public void Add(string text)
        {
            foreach (var word in Words(text))
                Next(word);
        }

        public void Activate()
        {
            if (isPending)
                Modules.Add(ReLU(inplace: true));

            isPending = false;
        }

        public void AddLinear(long units)
        {
            if (Shape.Height * Shape.Width > 1)
                Modules.Add(Flatten());

            Modules.Add(Linear(Shape.Size, units));
            Shape = new(units);
        }

        void AddConvolution(long channels, long size, long stride, long padding)
        {
            Modules.Add(Conv2d(Shape.Channels, channels, size, stride, padding));
            Shape = new(
                channels, (Shape.Height + 2 * padding - size) / stride + 1, (Shape.Width + 2 * padding - size) / stride + 1);
        }

        void AddNormalization() =>
            Modules.Add(Shape.Height * Shape.Width > 1 ? BatchNorm2d(Shape.Channels) : BatchNorm1d(Shape.Channels));

        void Next(string word)
        {
            if (word == "norm")
            {
                AddNormalization();
                return;
            }

            // in place of the activation that is held back
            if (word == "tanh")
            {
                Modules.Add(Tanh());
                isPending = false;
                return;
            }

            Activate();

            if (Convolution().Match(word) is { Success: true } convolution)
            {
                var size = Number(convolution, 2);
                AddConvolution(
                    Number(convolution, 1), size, Number(convolution, 3), convolution.Groups[4].Success ? 0 : (size - 1) / 2);
                isPending = true;
            }
            else if (Pool().Match(word) is { Success: true } pool)
            {
                var size = Number(pool, 2);
                Modules.Add(pool.Groups[1].Value == "pool" ? MaxPool2d(size) : AvgPool2d(size));
                Shape = Shape with { Height = Shape.Height / size, Width = Shape.Width / size };
            }
            else if (word == "globalaverage")
            {
                Modules.Add(AdaptiveAvgPool2d(1));
                Modules.Add(Flatten());
                Shape = new(Shape.Channels);
            }
            else if (word.StartsWith("residual(", StringComparison.Ordinal))
            {
                var (inner, shortcut) = (new Builder(Shape), new Builder(Shape));
                inner.Add(word["residual(".Length..^1]);

                if (inner.Shape != Shape)
                {
                    shortcut.AddConvolution(inner.Shape.Channels, 1, Shape.Height / inner.Shape.Height, 0);
                    shortcut.AddNormalization();
                }

                Modules.Add(new Residual(Sequential(inner.Modules), Sequential(shortcut.Modules)));
                Shape = inner.Shape;
                isPending = true;
            }
            else if (long.TryParse(word, out var units))
            {
                AddLinear(units);
                isPending = true;
            }
            else
                throw new ArgumentException($"no module for {word}", nameof(word));
        }
    }

    /// <summary>The number of a group; 1 where it is not written.</summary>
    static long Number(Match match, int group) =>
        match.Groups[group].Success ? long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 1;

    /// <summary>The words between commas that are not in parentheses.</summary>
    static IEnumerable<string> Words(string text) => WordPattern().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"^conv([0-9]+)x([0-9]+)(?:/([0-9]+))?(:valid)?$")]
    private static partial Regex Convolution();

    [GeneratedRegex("^(pool|average)([0-9]+)$")]
    private static partial Regex Pool();

    [GeneratedRegex(@"[^,()]+(?:\([^()]*\))?")]
    private static partial Regex WordPattern();

    sealed class Residual : Module<Tensor, Tensor>
    {
        readonly Module<Tensor, Tensor> inner, shortcut;

        public Residual(Module<Tensor, Tensor> inner, Module<Tensor, Tensor> shortcut)
            : base("residual")
        {
            (this.inner, this.shortcut) = (inner, shortcut);
            // their parameters are found by reflection
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => shortcut.forward(x) + inner.forward(x);
    }
}
