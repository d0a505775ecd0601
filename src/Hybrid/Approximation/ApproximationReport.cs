namespace Hybrid;

/// <summary>A network that was built for a formula, and what is proved about it.</summary>
/// <param name="Model">From raw values of the variables, [n; variables], to [n; 1], in single precision.</param>
/// <param name="Formula">The formula.</param>
/// <param name="Variables">The names of its variables, in the order of the model's columns.</param>
/// <param name="Domain">Where the certificate holds: an interval for each variable.</param>
/// <param name="Method">How the network was built.</param>
/// <param name="Neurons">Its hidden units.</param>
/// <param name="Lipschitz">The bound on the slope that was used to build it; null if none was needed.</param>
/// <param name="Curvature">The bound on the second derivative that was used to build it; null if none was needed.</param>
/// <param name="Certificate">What is proved about its distance from the formula, in the unit of the formula's values.</param>
public sealed record ApproximationReport(
    Model Model, string Formula, IReadOnlyList<string> Variables, IReadOnlyList<Interval> Domain, string Method, int Neurons,
    double? Lipschitz, double? Curvature, Certificate Certificate)
{
    /// <summary>The number of parameters.</summary>
    public int Parameters => Model.Describe().Parameters;

    /// <summary>Formula, network and the error between them as an SVG picture: curves for one variable, maps for two.</summary>
    public string ToSvg() => Figures.FigureModule.toSvg(Figures.Approximations.ofConstruction(Built));

    /// <summary>The same in the F# core.</summary>
    internal ConstructionResult Built { get; init; } = null!;

    /// <summary>The requested approximation.</summary>
    internal ApproximationOptions Options { get; init; } = null!;
}
