using Hybrid.Data;

namespace Hybrid.Tests.Support;

/// <summary>Small tables with everything that a table may hold: numbers of any scale, categories, missing values.</summary>
static class Tables
{
    /// <summary>Examples of a class or a quantity that depends on the columns, with noise.</summary>
    public static TableData Mixed(int examples, bool classes, ulong seed = 1)
    {
        Column[] columns =
        [
            new("age", ColumnKind.Numeric),
            new("colour", ColumnKind.NewCategory(["blue", "green", "red"])),
            new("income", ColumnKind.Numeric),
            new("score", ColumnKind.Numeric),
        ];

        var draws = RandomModule.normals(seed, 6 * examples);
        var features = new float[4 * examples];
        var sums = new float[examples];

        for (var i = 0; i < examples; i++)
        {
            var colour = Math.Abs(draws[6 * i]) < 0.5 ? 0 : draws[6 * i] > 0 ? 1 : 2;
            features[4 * i] = (float)(40 + 12 * draws[6 * i + 1]);
            features[4 * i + 1] = colour;
            features[4 * i + 2] = (float)(30_000 + 9_000 * draws[6 * i + 2]);
            features[4 * i + 3] = (float)draws[6 * i + 3];
            sums[i] = (float)(draws[6 * i + 1] - draws[6 * i + 2] + colour + 0.3 * draws[6 * i + 4]);

            if (draws[6 * i + 5] > 1.5)
                features[4 * i + (i % 4)] = float.NaN;
        }

        var target = classes
            ? Target.NewClasses(["low", "middle", "high"], Array.ConvertAll(sums, sum => sum < 0 ? 0 : sum < 1.5 ? 1 : 2))
            : Target.NewQuantity(Array.ConvertAll(sums, sum => 100 + 20 * sum));

        return new TableData(TableModule.create("table", columns, features, "level", target));
    }
}
