namespace Hybrid;

/// <summary>Networks from options.</summary>
static class NetworkBuilder
{
    const int Narrowest = 32, Widest = 256, Least = 8;

    /// <summary>A first layer of more weights is not made unless it is asked for: so a wide table takes no more memory to learn
    /// from than a few times its own.</summary>
    const int MostWeights = 1 << 22;

    /// <summary>A weight, its start in double precision, its gradient and what an optimizer keeps of it: of L-BFGS, ten steps
    /// and changes of the gradient in double precision.</summary>
    static long BytesPerWeight(TrainingOptions options) => options.Optimizer == Lbfgs.Name ? 240 : 48;

    /// <summary>The sizes of the hidden layers: those asked for, or those that suit the number of features.</summary>
    public static IReadOnlyList<int> Hidden(TrainingOptions options, int features)
    {
        if (options.Hidden is { } hidden)
            return hidden;

        var first = Math.Min(Math.Clamp(2L * features, Narrowest, Widest), Math.Max(Least, MostWeights / Math.Max(1, features)));
        return [(int)first, (int)first / 2];
    }

    /// <summary>The layers that are trained, from features to scores: the output layer has no activation.</summary>
    /// <exception cref="HybridException">There is no activation of a name.</exception>
    public static Core.Network Build(TrainingOptions options, int features, int outputs)
    {
        var layers = new List<Layer>();
        var inputs = features;

        if (options.InputNoise > 0)
            layers.Add(Noise.layer(options.InputNoise));

        foreach (var (units, index) in Hidden(options, features).Select((units, index) => (units, index)))
        {
            var key = Core.Random.split(options.Seed, index);
            RequireRoom(options, inputs, units);
            var activation = options.Activations[options.Activations.Count == 1 ? 0 : index];

            if (options.MaxoutPieces > 0)
                layers.Add(MaxoutModule.layer(
                    MaxoutModule.create(Initializer.He, key, options.MaxoutPieces, inputs, units)));
            else
            {
                var initializer = Activation.initializer(activation);
                layers.Add(LinearModule.layer(LinearModule.create(initializer, key, inputs, units)));
                layers.Add(Activation.layer(activation));
            }

            if (options.Dropout > 0)
                layers.Add(Dropout.layer(options.Dropout));

            inputs = units;
        }

        RequireRoom(options, inputs, outputs);
        // A random output layer would leave a random function in what is learned from few examples.
        layers.Add(LinearModule.layer(LinearModule.zeros(inputs, outputs)));
        return new Core.Network(ListModule.OfSeq(layers));
    }

    /// <summary>A tensor is one array.</summary>
    static void RequireRoom(TrainingOptions options, int inputs, int units)
    {
        var weights = (long)inputs * units * Math.Max(1, options.MaxoutPieces);
        var bytes = BytesPerWeight(options) * weights;
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

        // Two uniform numbers make a normal one.
        if (2 * weights > Array.MaxLength || bytes > available)
            throw new OptionException(
                nameof(options.Hidden),
                $"makes a layer of {inputs:N0} × {units:N0} weights, and training it takes about "
                + $"{bytes >> 20:N0} MiB, of which there are {available >> 20:N0}, in arrays of at most 2³¹ numbers");
    }
}
