using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Rows of a file that do not fit a model.</summary>
public sealed class PredictionOptionsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(RowErrors.Skip, "2 predicted; 2 skipped, which did not fit the model", "a d")]
    [InlineData(RowErrors.Missing, "4 predicted, 2 with a missing value in place of one that does not fit", "a b c d")]
    public void They_are_skipped_or_mended_and_counted(RowErrors errors, string count, string kept)
    {
        var (model, rows) = ModelAndRows();
        var names = new List<string>();

        var answer = model.PredictFile(
            rows, part => names.AddRange(part.Kept.Select(row => row[0])), new() { OnError = errors, Keep = ["name"] });

        Assert.Equal(count, answer.ToString());
        Assert.Equal(kept, string.Join(' ', names));
    }

    [Fact]
    public void By_default_the_first_of_them_is_an_error_with_its_place()
    {
        var (model, rows) = ModelAndRows();
        var error = Assert.Throws<TableException>(() => model.PredictFile(rows, _ => { }));
        Assert.Contains("line 3, column 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("many", error.Message, StringComparison.Ordinal);
    }

    (Model Model, string Rows) ModelAndRows()
    {
        var table = folder.File("t.csv");
        File.WriteAllText(table, "rooms,colour,price\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i % 7},{(i % 2 == 0 ? "red" : "blue")},{i}.5\n")));
        var rows = folder.File("rows.csv");
        File.WriteAllText(rows, "name,rooms,colour\na,3,red\nb,many,blue\nc,4,mauve\nd,4,blue\n");
        return (Trainer.Train(TableData.FromCsv(table), new() { Epochs = 2 }).Model, rows);
    }

    public void Dispose() => folder.Dispose();
}
