using Deedle;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace Hybrid.MLNet.Tests;

public sealed class TableTests
{
    readonly MLContext context = new(seed: 1);

    sealed class House
    {
        public string? Street { get; set; }

        public double Area { get; set; }

        public int Rooms { get; set; }

        public bool IsOld { get; set; }

        public DateTime Sold { get; set; }

        [VectorType(2)]
        public float[] Place { get; set; } = [];

        public float Price { get; set; }
    }

    static House[] Houses() =>
    [
        .. Enumerable.Range(0, 30).Select(i => new House
        {
            Street = i % 3 == 0 ? null : i % 2 == 0 ? "Elm" : "Oak",
            Area = i == 4 ? double.NaN : 50 + i,
            Rooms = 1 + i % 4,
            IsOld = i % 5 == 0,
            Sold = new DateTime(2020, 1, 1).AddDays(i),
            Place = [i, -i],
            Price = 1000 * i,
        }),
    ];

    [Fact]
    public void Columns_of_a_data_view_are_those_of_a_table()
    {
        var table = TableData.From(context.Data.LoadFromEnumerable(Houses()), "Price");
        Assert.Equal(["Street", "Area", "Rooms", "IsOld", "Sold", "Place.1", "Place.2"], table.Columns.Select(column => column.Name));
        Assert.Equal(["Elm", "Oak"], table.Columns[0].Categories);
        Assert.Equal(["False", "True"], table.Columns[3].Categories);
        Assert.True(table.Columns[4].HasDates);
        Assert.Null(table.Classes);
        Assert.Equal((30, 7000.0), (table.Count, table.Target(7)));
        Assert.Equal((double[])[1, 57, 4, 0, 18269, 7, -7], table.Values(7));
        Assert.Equal((double[])[double.NaN, 53, 4, 0, 18265, 3, -3], table.Values(3));
        Assert.Equal(double.NaN, table.Values(4)[1]);
    }

    [Fact]
    public void Keys_and_chosen_columns_are_taken()
    {
        var view = context.Data.LoadFromEnumerable(Houses());
        var keyed = context.Transforms.Conversion.MapValueToKey("Where", "Street").Fit(view).Transform(view);
        var table = TableData.From(keyed, "IsOld", "Where", "Rooms");
        Assert.Equal(["Where", "Rooms"], table.Columns.Select(column => column.Name));
        Assert.Equal(["Elm", "Oak"], table.Columns[0].Categories);
        Assert.Equal(["False", "True"], table.Classes);
        Assert.True(double.IsNaN(table.Values(3)[0]));
        Assert.Contains("no column «Nothing»", Assert.Throws<HybridException>(() => TableData.From(view, "Nothing")).Message);
    }

    [Fact]
    public void A_data_frame_is_a_data_view()
    {
        var frame = new DataFrame(
            new DoubleDataFrameColumn("area", (double?[])[50, 60, null, 80]), new StringDataFrameColumn("street", (string?[])["Elm", null, "Oak", "Elm"]),
            new SingleDataFrameColumn("price", (float[])[1, 2, 3, 4]));
        var table = TableData.From(frame, "price");
        Assert.Equal(["area", "street"], table.Columns.Select(column => column.Name));
        Assert.Equal((double[])[50, 0], table.Values(0));
        Assert.Equal((double[])[60, double.NaN], table.Values(1));
        Assert.Equal((double[])[double.NaN, 1], table.Values(2));
    }

    [Fact]
    public void Rows_of_a_Deedle_frame_are_rows_of_a_table()
    {
        var frame = Frame.FromRecords(Houses().Select(house => new { house.Street, house.Area, house.Rooms, house.IsOld, house.Price }));
        var table = TableData.FromRows(
            frame.Rows.Observations.Select(row => frame.ColumnKeys.ToDictionary(name => name, name => row.Value.TryGet(name).ValueOrDefault)),
            new() { Target = "Price" });
        Assert.Equal(["Street", "Area", "Rooms", "IsOld"], table.Columns.Select(column => column.Name));
        Assert.Equal(["Elm", "Oak"], table.Columns[0].Categories);
        Assert.Equal((30, 7000.0), (table.Count, table.Target(7)));
        Assert.Equal((double[])[1, 57, 4, 0], table.Values(7));
        Assert.Equal((double.NaN, double.NaN), (table.Values(3)[0], table.Values(4)[1]));
    }
}
