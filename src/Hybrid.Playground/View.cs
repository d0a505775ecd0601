namespace Hybrid.Playground;

/// <summary>A slice through the space of inputs: one column or two vary, the others stay as they are in one row.</summary>
/// <param name="X">The column that varies from left to right.</param>
/// <param name="Y">The column that varies from top (its highest value) to bottom; -1 for a line.</param>
/// <param name="Left">The lowest value of the first.</param>
/// <param name="Right">The highest value of the first.</param>
/// <param name="Bottom">The lowest value of the second.</param>
/// <param name="Top">The highest value of the second.</param>
/// <param name="Row">The example that the other columns have their values from.</param>
public readonly record struct View(int X, int Y, double Left, double Right, double Bottom, double Top, int Row)
{
    /// <summary>The inputs of a network at the middles of size × size cells, row by row from the top; or at size + 1 points of a
    /// line, its ends included.</summary>
    internal float[] Inputs(TableData data, int size)
    {
        var (width, start) = (data.Columns.Count, data.Values(Row));
        var rows = Y < 0 ? 1 : size;
        var columns = Y < 0 ? size + 1 : size;
        var inputs = new float[rows * columns * width];
        var values = new double[width];

        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
            {
                start.CopyTo(values, 0);
                values[X] = Nearest(data.Columns[X], Left + (Right - Left) * (Y < 0 ? column : column + 0.5) / size);
                if (Y >= 0)
                    values[Y] = Nearest(data.Columns[Y], Top - (Top - Bottom) * (row + 0.5) / size);
                for (var i = 0; i < width; i++)
                    inputs[(row * columns + column) * width + i] = (float)(values[i] - data.Columns[i].Offset);
            }

        return inputs;
    }

    /// <summary>A place on a column's axis as a value of the column: of categories the nearest one, since there is nothing between
    /// them.</summary>
    internal static double Nearest(ColumnInfo column, double value) =>
        column.Categories is { } categories ? Math.Clamp(Math.Round(value), 0, categories.Count - 1) : value;
}
