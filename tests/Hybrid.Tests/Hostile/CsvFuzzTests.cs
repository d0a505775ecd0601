using Hybrid.Data;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Xunit;

namespace Hybrid.Tests.Hostile;

public sealed class CsvFuzzTests
{
    const int Standard = 5_000;

    [Fact]
    public void A_damaged_table_is_either_read_or_refused() => Fuzz.Run(Standard, HostileReader.Table.Allowed, random =>
    {
        var read = Reader(random);
        return new FuzzCase(HostileReader.Table.File, new HostileTables(random).Draw(), read);
    });

    /// <summary>One of the ways to read a table.</summary>
    static Action<string> Reader(System.Random random)
    {
        if (random.Next(4) == 0)
        {
            var schema = random.Pick(HostileReader.Schemas);
            var table = new ModelCsvOptions(
                random.Next(3) switch { 0 => null, var some => OptionModule.OfNullable<bool>(some == 1) }, random.Next(2) == 0, Some(random, "2"),
                new[] { Hybrid.Data.FSharpRowErrors.Fail, Hybrid.Data.FSharpRowErrors.Skip, Hybrid.Data.FSharpRowErrors.Missing }[random.Next(3)],
                ListModule.Empty<string>(), null, random.Next(4) == 0 ? OptionModule.OfObj("2") : null);
            return path => DataSource.loadFor(schema, SourceOptionsModule.defaults, table, path);
        }

        var options = new CsvOptions(
            random.Next(3) switch { 0 => null, var some => OptionModule.OfNullable<bool>(some == 1) },
            new[] { null, null, null, null, "1", "x1", "colour", "1,2" }[random.Next(8)] is { } target
                ? ListModule.OfSeq([target])
                : ListModule.Empty<string>(),
            Some(random, "2"), Some(random, "1"), Some(random, "3"), Some(random, "1"), Some(random, "x"), random.Next(8) == 0,
            OptionModule.OfObj(random.Next(8) == 0 ? "2" : null),
            new[] { TaskChoice.Guess, TaskChoice.Classification, TaskChoice.Regression }[random.Next(3)],
            new[] { null, null, null, SplitRole.NewGroup("3"), SplitRole.NewTime("3") }[random.Next(5)] is { } role ? FSharpOption<SplitRole>.Some(role) : null);
        var source = new SourceOptions(
            options, 1, null, null, null, Microsoft.FSharp.Collections.FSharpList<TableFormat>.Empty, Hybrid.Data.FSharpRowErrors.Fail, null,
            Hybrid.Core.Communicator.alone);
        return path => DataSource.load(source, path);
    }

    static FSharpList<string> Some(System.Random random, string text) =>
        random.Next(8) == 0 ? ListModule.OfSeq([text]) : ListModule.Empty<string>();
}
