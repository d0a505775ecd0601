using System.Globalization;
using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Networks that are built within a given distance of a formula, with their proof.</summary>
public static class Approximator
{
    /// <summary>The names of the methods: relu, sigmoid, tanh, bumps, maxout, towers, kuhn and trained. The last three also take
    /// two variables.</summary>
    public static IReadOnlyList<string> Methods { get; } = [.. Construction.names];

    /// <summary>Builds a network that is within a distance of a formula everywhere on a box, as it is saved and computed in
    /// single precision, and proves it. If a given bound does not hold, neither does the certificate.</summary>
    /// <param name="formula">Of x, or of x and y: sin cos exp log sqrt abs, + - * / ^, pi, e; such as "sin(2*pi*x)".</param>
    /// <param name="options">The method, the domain and the distance.</param>
    /// <exception cref="ExpressionException">The text is not a formula; the message names the column.</exception>
    /// <exception cref="OptionException">An option is out of range, by itself or for the formula.</exception>
    /// <exception cref="ApproximationException">The formula is undefined or unbounded somewhere on the box, the method does
    /// not take this number of variables, or too many neurons would be needed; the message says where, or how many.</exception>
    public static ApproximationReport Approximate(string formula, ApproximationOptions options)
    {
        var (expression, domain) = Read(formula, options);
        var built = Construction.build(
            options.Method, expression, domain, options.Epsilon, OptionModule.OfNullable(options.Lipschitz),
            OptionModule.OfNullable(options.Curvature));

        return new ApproximationReport(
            ToModel(built, expression), formula, [.. expression.Variables], domain, options.Method,
            built.Approximation.Neurons, Finite(built.Lipschitz), Finite(built.Curvature), built.Certificate)
        {
            Built = built,
            Options = options,
        };
    }

    /// <summary>What other methods need for the same task: for a construction, a trained network; for a trained one,
    /// constructions by their bounds alone. Takes seconds.</summary>
    /// <param name="formula">As for <see cref="Approximate"/>.</param>
    /// <param name="options">As for <see cref="Approximate"/>.</param>
    /// <returns>Those that could be found: a small network may be hard to train, and a construction may be too large.</returns>
    /// <exception cref="HybridException">As for <see cref="Approximate"/>.</exception>
    public static IReadOnlyList<ApproximationCost> Compare(string formula, ApproximationOptions options)
    {
        var (expression, domain) = Read(formula, options);
        return Compare(expression, domain, options);
    }

    /// <summary>The same for a network that has been built; its formula is not parsed again.</summary>
    /// <param name="report">What <see cref="Approximate"/> returned.</param>
    public static IReadOnlyList<ApproximationCost> Compare(ApproximationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Compare(report.Built.Expression, report.Built.Approximation.Domain, report.Options);
    }

    static ApproximationCost[] Compare(Expression expression, Interval[] domain, ApproximationOptions options) =>
    [
        .. Construction.alternatives(
            options.Method, expression, domain, options.Epsilon, OptionModule.OfNullable(options.Lipschitz),
            OptionModule.OfNullable(options.Curvature))
            .Select(found => new ApproximationCost(found.Method, found.Neurons, NetworkModule.parameterCount(found.Network))),
    ];

    static (Expression Expression, Interval[] Domain) Read(string formula, ApproximationOptions options)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(options);
        var expression = ExpressionModule.ofFormula(formula);
        options.Check(expression.Variables.Length);
        return (expression, options.Domain(expression.Variables.Length));
    }

    static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>Columns named like the formula's variables, one output.</summary>
    static Model ToModel(ConstructionResult built, Expression expression)
    {
        static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        var columns = expression.Variables.Select(name => ColumnModule.numeric(name)).ToArray();
        var domain = built.Approximation.Domain;
        Tuple<string, string>[] texts =
        [
            new("formula", expression.Text),
            new("method", built.Approximation.Method),
            new("from", string.Join(',', domain.Select(x => Number(x.Lower)))),
            new("to", string.Join(',', domain.Select(x => Number(x.Upper)))),
            new("epsilon", Number(built.Certificate.Epsilon)),
            new("bound", Number(built.Certificate.Bound)),
        ];
        var model = Models.ModelModule.create(built.Approximation.Network, new Schema(columns, [ColumnModule.numeric("value")], ReadingModule.plain), LossModule.squared);
        return new Model(Models.ModelModule.withTexts(ListModule.OfSeq(texts), model));
    }
}
