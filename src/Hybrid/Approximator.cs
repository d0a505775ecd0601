using System.Globalization;
using Hybrid.Data;

namespace Hybrid;

/// <summary>Networks that are built within a given distance of a formula, with their proof.</summary>
public static class Approximator
{
    /// <summary>The names of the methods.</summary>
    public static IReadOnlyList<string> Methods { get; } = [.. Construction.names];

    /// <summary>Reads a formula of x, or of x and y if it has a y: sin cos exp log sqrt abs, + - * / ^, pi, e.</summary>
    /// <exception cref="ExpressionException">It is no formula; the message names the column.</exception>
    public static Expression Parse(string formula)
    {
        var both = ExpressionModule.parse(ListModule.OfSeq(["x", "y"]), formula);
        return ExpressionModule.uses(1, both) ? both : ExpressionModule.parse(ListModule.OfSeq(["x"]), formula);
    }

    /// <summary>The model of a construction: columns named like the formula's variables, one output.</summary>
    public static Model ToModel(ConstructionResult result, Expression expression)
    {
        static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        var columns = expression.Variables.Select(name => new Column(name, ColumnKind.Numeric)).ToArray();
        var approximation = result.Approximation;
        KeyValuePair<string, string>[] options =
        [
            new("formula", expression.Text),
            new("method", approximation.Method),
            new("from", string.Join(',', approximation.Domain.Select(x => Number(x.Lower)))),
            new("to", string.Join(',', approximation.Domain.Select(x => Number(x.Upper)))),
            new("epsilon", Number(result.Certificate.Epsilon)),
            new("bound", Number(result.Certificate.Bound)),
        ];
        return new Model(approximation.Network, new Schema(columns, "value", null), LossModule.squared.Name, options);
    }
}
