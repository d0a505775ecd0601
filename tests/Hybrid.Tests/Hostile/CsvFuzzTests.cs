using Hybrid.Data;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Xunit;

namespace Hybrid.Tests.Hostile;

public sealed class CsvFuzzTests
{
    const int Standard = 5_000;

    /// <summary>A table as it was in training, with a category and classes.</summary>
    static readonly Schema[] schemas =
    [
        new(
            [new("size", ColumnKind.Numeric), new("colour", ColumnKind.NewCategory(["red", "green", "blue"])), new("rooms", ColumnKind.Numeric)],
            "price", null!),
        new([new("x1", ColumnKind.Numeric), new("x2", ColumnKind.Numeric)], "x3", OptionModule.OfObj<string[]>(["0", "1", "2"])),
    ];

    [Fact]
    public void A_damaged_table_is_read_or_refused_and_never_more() => Fuzz.Run(Standard, Allowed, random =>
    {
        var read = Reader(random);
        return new FuzzCase("table.csv", new HostileTables(random).Draw(), read);
    });

    /// <summary>A constant, and for each byte what the columns of a single row of them take.</summary>
    static long Allowed(byte[] file) => (4 << 20) + 400 * Packed.Unpacked(file);

    /// <summary>One of the ways to read a table.</summary>
    static Action<string> Reader(System.Random random)
    {
        if (random.Next(4) == 0)
        {
            var schema = schemas[random.Next(schemas.Length)];
            var table = new ModelCsvOptions(
                random.Next(3) switch { 0 => null, var some => OptionModule.OfNullable<bool>(some == 1) }, random.Next(2) == 0, null);
            return path => DataSource.loadFor(schema, SourceOptionsModule.defaults, table, path);
        }

        var options = new CsvOptions(
            random.Next(3) > 0,
            OptionModule.OfObj(new[] { null, null, null, null, null, "1", "x1", "colour" }[random.Next(8)]),
            random.Next(8) == 0 ? ListModule.OfSeq(["2"]) : ListModule.Empty<string>(),
            new[] { TaskChoice.Guess, TaskChoice.Classification, TaskChoice.Regression }[random.Next(3)]);
        var source = new SourceOptions(options, 1, null, null);
        return path => DataSource.load(source, path);
    }
}
