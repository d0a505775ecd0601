namespace Hybrid;

/// <summary>Which network to build for a formula, and where.</summary>
public sealed record ApproximationOptions
{
    /// <summary>One of <see cref="Approximator.Methods"/>. Default: relu.</summary>
    public string Method { get; init; } = "relu";

    /// <summary>The start of each variable's interval, at most 3.4e38 in size: one number for all variables, or one for each.
    /// Default: 0.</summary>
    public IReadOnlyList<double> From { get; init; } = [0];

    /// <summary>The end of each variable's interval, above its start and at most 3.4e38 in size: one number for all variables,
    /// or one for each. Default: 1.</summary>
    public IReadOnlyList<double> To { get; init; } = [1];

    /// <summary>The maximum distance ε between formula and network, in the unit of the formula's values, above 0. Default:
    /// 0.01.</summary>
    public double Epsilon { get; init; } = 0.01;

    /// <summary>A bound on the slope, at least 0. Null: computed from the formula's derivative.</summary>
    public double? Lipschitz { get; init; }

    /// <summary>A bound on the second derivative, at least 0. Null: computed from the formula's own.</summary>
    public double? Curvature { get; init; }

    /// <summary>Refuses values outside the ranges stated above, for a formula with this number of variables.</summary>
    /// <param name="variables">The number of variables.</param>
    /// <exception cref="OptionException">A value is out of range; the message names the option, its range and the
    /// value.</exception>
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
                    $"must be a number in the range of single precision, not {number}");
        }

        for (var axis = 0; axis < variables; axis++)
            Require(
                At(From, axis) < At(To, axis), nameof(From),
                $"must be below the end: the interval from {At(From, axis)} to {At(To, axis)} is empty");
    }

    /// <summary>The interval of each variable, in range.</summary>
    internal Interval[] Domain(int variables) =>
        [.. Enumerable.Range(0, variables).Select(axis => new Interval(At(From, axis), At(To, axis)))];

    static double At(IReadOnlyList<double> numbers, int axis) => numbers.Count == 1 ? numbers[0] : numbers[axis];
}
