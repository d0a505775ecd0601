using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;
using Hybrid.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Rows of databases, with the readers of three of them: the same rows give the same model as a file.</summary>
public sealed class DatabaseTests
{
    const int Rows = 240;

    static readonly TrainingOptions quick = new() { Hidden = [6], Epochs = 3, Threads = 1 };

    sealed record Visit(int Number, double? Area, float Ratio, string? City, bool Garden, DateTime Day, double Price)
    {
        public static Visit Of(int i)
        {
            var random = new Random(i);
            var (area, ratio) = (40 + 100 * random.NextDouble(), (float)random.NextDouble());
            return new(
                i % 9, i % 13 == 5 ? null : area, ratio, i % 17 == 3 ? null : i % 3 == 0 ? "Ulm, am \"Tor\"" : i % 3 == 1 ? "Bonn" : "Köln",
                i % 4 == 1, new DateTime(2021, 3, 1).AddDays(random.Next(900)), 1000 * area + 300 * ratio + i % 9);
        }
    }

    static readonly Visit[] visits = [.. Enumerable.Range(0, Rows).Select(Visit.Of)];

    static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    static string Csv(IEnumerable<Visit> visits) => string.Concat(visits
        .Select(visit => string.Join(
            ',', Text(visit.Number), Text(visit.Area), Text(visit.Ratio), visit.City is null ? "" : $"\"{visit.City.Replace("\"", "\"\"")}\"",
            visit.Garden ? "true" : "false", visit.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Text(visit.Price)) + "\n")
        .Prepend("number,area,ratio,city,garden,day,price\n"));

    static void Fill(DbConnection connection, string boolean, string real, string date, Func<DateTime, object> day)
    {
        using var create = connection.CreateCommand();
        create.CommandText =
            $"create table visits (id integer, number integer, area double precision, ratio {real}, city text, garden {boolean}, day {date}, price double precision)";
        create.ExecuteNonQuery();
        using var transaction = connection.BeginTransaction();

        for (var i = 0; i < visits.Length; i++)
        {
            var visit = visits[i];
            using var insert = connection.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandText = "insert into visits values ($1, $2, $3, $4, $5, $6, $7, $8)";
            object?[] values = [i, visit.Number, visit.Area, visit.Ratio, visit.City, visit.Garden, day(visit.Day), visit.Price];

            for (var at = 0; at < values.Length; at++)
            {
                var parameter = insert.CreateParameter();
                if (connection is SqliteConnection)
                    parameter.ParameterName = $"${at + 1}";
                parameter.Value = values[at] ?? DBNull.Value;
                insert.Parameters.Add(parameter);
            }

            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    static Func<DbDataReader> Query(DbConnection connection, string what = "number, area, ratio, city, garden, day, price") => () =>
    {
        // disposed, it would close its reader
        var command = connection.CreateCommand();
        command.CommandText = $"select {what} from visits order by id";
        return command.ExecuteReader();
    };

    static void TrainsAsAFile(DbConnection connection, string what = "number, area, ratio, city, garden, day, price")
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("visits.csv");
        File.WriteAllText(path, Csv(visits));
        var expected = Trained(TableData.FromCsv(path));

        Assert.Equal(expected, Trained(TableData.FromReader(Query(connection, what))));
        Assert.Equal(expected, Trained(TableData.FromReader(Query(connection, what), new() { Stream = true, Buffer = Rows })));
    }

    /// <summary>What was decided of the columns, and the model's predictions for all rows, to the bit.</summary>
    static string Trained(TableData data)
    {
        var report = Trainer.Train(data, quick);
        var columns = string.Join(' ', data.Columns);
        return $"{columns} {string.Join(' ', data.Notes)} {string.Join(' ', report.Model.Network.Parameters.SelectMany(one => one.Values.ToArray()))} {report.Test!.Loss:R}";
    }

    [Fact]
    public void Rows_of_SQLite_train_as_those_of_a_file()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Fill(connection, "text", "text", "text", day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        // SQLite has no Booleans and no float32: texts are read like those of a file
        TrainsAsAFile(connection, "number, area, ratio, city, case garden when '1' then 'true' else 'false' end as garden, day, price");
    }

    [Fact]
    public void Rows_of_DuckDB_train_as_those_of_a_file()
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        Fill(connection, "boolean", "real", "date", day => DateOnly.FromDateTime(day));
        TrainsAsAFile(connection);
    }

    [Fact]
    public void Rows_of_a_PostgreSQL_server_train_as_those_of_a_file()
    {
        using var server = new PostgresServer();
        using var connection = server.Connect();
        Fill(connection, "boolean", "real", "timestamp", day => day);
        TrainsAsAFile(connection);
    }

    [Fact]
    public void A_database_error_in_the_middle_is_named_with_its_row()
    {
        using var server = new PostgresServer();
        using var connection = server.Connect();

        var error = Assert.Throws<TableException>(() => TableData.FromReader(
            () =>
            {
                // in no order, for which the server would compute all rows before the first
                var command = connection.CreateCommand();
                command.CommandText = "select i as number, 1 / (i - 100) as share, 2 * i as price from generate_series(0, 239) as i";
                return command.ExecuteReader();
            },
            name: "visits of the server"));
        Assert.StartsWith("visits of the server: it could not be read further after 100 rows: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("division by zero", error.Message, StringComparison.Ordinal);
    }

    static SqliteConnection Filled()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Fill(connection, "text", "real", "text", day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return connection;
    }

    [Fact]
    public void Columns_or_rows_that_change_between_two_passes_are_an_error()
    {
        using var connection = Filled();
        var pass = 0;
        // categories need a second pass
        string error = Assert.Throws<TableException>(() => TableData.FromReader(
            () => Query(connection, pass++ == 0 ? "city, price" : "city, area, price")())).Message;
        Assert.Contains("its columns changed between two passes: they were city, price and are city, area, price", error, StringComparison.Ordinal);

        pass = 0;
        error = Assert.Throws<TableException>(() => TableData.FromReader(
            () =>
            {
                if (pass++ == 1)
                    using (var delete = connection.CreateCommand())
                    {
                        delete.CommandText = "delete from visits where id > 200";
                        delete.ExecuteNonQuery();
                    }

                return Query(connection, "city, price")();
            })).Message;
        Assert.Contains("it had 240 rows in the first pass and has 201 now", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_fails_a_null_and_values_of_other_types_are_errors()
    {
        using var connection = Filled();
        static string Message(Func<DbDataReader> query) => Assert.Throws<TableException>(() => TableData.FromReader(query)).Message;

        Assert.Contains("could not be opened", Message(Query(connection, "nothing")), StringComparison.Ordinal);
        Assert.Contains("returned null", Message(() => null!), StringComparison.Ordinal);
        Assert.Contains("Byte[]", Message(Query(connection, "x'00' as picture, price")), StringComparison.Ordinal);
        Assert.Contains("line 2, column 1", Message(Query(connection, "x'00' as picture, price")), StringComparison.Ordinal);
    }
}
