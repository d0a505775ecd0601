namespace Hybrid;

/// <summary>Which network is to be built for a formula, and where.</summary>
public sealed record ApproximationOptions
{
    /// <summary>One of <see cref="Approximator.Methods"/>. Default: relu.</summary>
    public string Method { get; init; } = "relu";

    /// <summary>Where each variable begins, of at most 3.4e38: one number for all, or one for each. Default: 0.</summary>
    public IReadOnlyList<double> From { get; init; } = [0];

    /// <summary>Where each variable ends, above its beginning and of at most 3.4e38: one number for all, or one for each. Default: 1.</summary>
    public IReadOnlyList<double> To { get; init; } = [1];

    /// <summary>The greatest distance ε between formula and network, in the unit of the formula's values, above 0. Default: 0.01.</summary>
    public double Epsilon { get; init; } = 0.01;

    /// <summary>A bound of the slope, at least 0. Null: what the formula's derivative gives.</summary>
    public double? Lipschitz { get; init; }

    /// <summary>A bound of the second derivative, at least 0. Null: what the formula's own gives.</summary>
    public double? Curvature { get; init; }

    /// <summary>Refuses values that are outside the ranges stated above, for a formula of so many variables.</summary>
    /// <param name="variables">How many there are.</param>
    /// <exception cref="OptionException">One is not; the message names it, its range and its value.</exception>
    public void Check(int variables)
    {
        static void Require(bool condition, string option, FormattableString problem)
        {
            if (!condition)
                throw new OptionException(option, FormattableString.Invariant(problem));
        }

        static bool AtLeastZero(double? value) => value is null || (value >= 0 && double.IsFinite(value.Value));

        if (From is null || To is null)
            throw new OptionException(From is null ? nameof(From) : nameof(To), "must be a list of numbers, not null");

        Require(Approximator.Methods.Contains(Method), nameof(Method), $"must be one of {string.Join(", ", Approximator.Methods)}, not {Method}");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), $"must be a number above 0, not {Epsilon}");
        Require(AtLeastZero(Lipschitz), nameof(Lipschitz), $"must be a number of at least 0, not {Lipschitz}");
        Require(AtLeastZero(Curvature), nameof(Curvature), $"must be a number of at least 0, not {Curvature}");

        foreach (var (option, numbers) in new[] { (nameof(From), From), (nameof(To), To) })
        {
            Require(
                numbers.Count == 1 || numbers.Count == variables, option,
                $"must be one number, or one for each variable of the formula: {variables}, not {numbers.Count}");
            foreach (var number in numbers)
                Require(
                    Math.Abs(number) <= float.MaxValue, option,
                    $"must be a number that single precision has room for, not {number}");
        }

        for (var axis = 0; axis < variables; axis++)
            Require(
                At(From, axis) < At(To, axis), nameof(From),
                $"must be below the end: the interval from {At(From, axis)} to {At(To, axis)} is empty");
    }

    /// <summary>The intervals of so many variables, in range.</summary>
    internal Interval[] Domain(int variables) =>
        [.. Enumerable.Range(0, variables).Select(axis => new Interval(At(From, axis), At(To, axis)))];

    static double At(IReadOnlyList<double> numbers, int axis) => numbers.Count == 1 ? numbers[0] : numbers[axis];
}
