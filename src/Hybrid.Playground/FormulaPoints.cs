using System.Globalization;
using System.Text;

namespace Hybrid.Playground;

/// <summary>Examples of a formula, as a CSV file: what the page and the command learn from is the same text.</summary>
public static class FormulaPoints
{
    /// <summary>As many as a browser takes at once.</summary>
    const int Most = 100_000;

    /// <summary>Points of a formula with noise: on a grid for one variable, at random for two.</summary>
    /// <param name="formula">Of x, or of x and y, such as sin(2*pi*x).</param>
    /// <param name="from">The start of each variable's interval.</param>
    /// <param name="to">Its end.</param>
    /// <param name="count">The number of points, from 2 to 100,000.</param>
    /// <param name="noise">The standard deviation of what is added to the formula's value.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <returns>The columns x (and y) and value.</returns>
    /// <exception cref="ExpressionException">The text is not a formula.</exception>
    /// <exception cref="HybridException">The number of points is out of range, or a value is not a finite number.</exception>
    public static string Csv(string formula, double from, double to, int count, double noise, ulong seed)
    {
        if (count is < 2 or > Most)
            throw new HybridException($"The number of points must be from 2 to {Most.ToString("N0", CultureInfo.InvariantCulture)}, not {count}.");

        var expression = ExpressionModule.ofFormula(formula);
        var variables = expression.Variables.Length;
        var uniform = RandomModule.uniforms(RandomModule.split(seed, 0), 0, count * variables);
        var normal = RandomModule.normals(RandomModule.split(seed, 1), count);
        var text = new StringBuilder(string.Join(',', expression.Variables)).Append(",value\n");

        for (var i = 0; i < count; i++)
        {
            double[] point = variables == 1
                ? [from + (to - from) * i / (count - 1)]
                : [.. Enumerable.Range(0, variables).Select(j => from + (to - from) * uniform[i * variables + j])];
            var value = ExpressionModule.value(expression, point) + noise * normal[i];
            if (!double.IsFinite(value))
                throw new HybridException($"{Printable.quote(formula)} is not a finite number everywhere from {from} to {to}.");

            foreach (var number in point)
                text.Append(Number(number)).Append(',');
            text.Append(Number(value)).Append('\n');
        }

        return text.ToString();
    }

    static string Number(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture);
}
