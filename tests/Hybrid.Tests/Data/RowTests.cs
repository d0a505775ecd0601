using System.Collections;
using System.Data;
using System.Dynamic;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Rows as an application has them, for training and for prediction.</summary>
public sealed class RowTests
{
    enum Fuel
    {
        Gas,
        Oil,
    }

    sealed record House(double Area, int? Rooms, string? Street, Fuel Heating, bool Garden, double Price);

    static readonly House[] houses =
    [
        .. Enumerable.Range(0, 60).Select(i => new House(
            40 + 3 * i, i % 7 == 3 ? null : 1 + i % 5, i % 9 == 4 ? null : i % 2 == 0 ? "Elm" : "Oak", (Fuel)(i / 2 % 2), i % 3 == 0,
            50_000 + 2_500 * i)),
    ];

    static readonly RowSchema<House> schema = new(
        ("Area", house => house.Area), ("Rooms", house => house.Rooms), ("Street", house => house.Street),
        ("Heating", house => house.Heating), ("Garden", house => house.Garden));

    static readonly TrainingOptions quick = new() { Hidden = [8], Epochs = 5, Threads = 1 };

    static readonly TableData table = schema.Table(houses, house => house.Price);

    static readonly Model model = Trainer.Train(table, quick).Model;

    const string Text = """{"area": 43, "rooms": 2, "street": "Oak", "heating": "Gas", "garden": false, "price": 0}""";

    static Dictionary<string, object?> Second(object? street = null) =>
        new() { ["Area"] = 43.0, ["Rooms"] = 2, ["Street"] = street ?? "Oak", ["Heating"] = Fuel.Gas, ["Garden"] = false };

    static void Refuses(string part, Action action) =>
        Assert.Contains(part, Assert.ThrowsAny<HybridException>(action).Message, StringComparison.Ordinal);

    static SqliteConnection Database()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var create = connection.CreateCommand();
        create.CommandText = "create table houses (area real, rooms integer, street text, heating text, garden text, price real)";
        create.ExecuteNonQuery();

        foreach (var house in houses)
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = "insert into houses values ($area, $rooms, $street, $heating, $garden, $price)";
            insert.Parameters.AddWithValue("$area", house.Area);
            insert.Parameters.AddWithValue("$rooms", (object?)house.Rooms ?? DBNull.Value);
            insert.Parameters.AddWithValue("$street", (object?)house.Street ?? DBNull.Value);
            insert.Parameters.AddWithValue("$heating", house.Heating.ToString());
            insert.Parameters.AddWithValue("$garden", house.Garden.ToString());
            insert.Parameters.AddWithValue("$price", house.Price);
            insert.ExecuteNonQuery();
        }

        return connection;
    }

    static SqliteDataReader Select(SqliteConnection connection, string columns = "*")
    {
        // disposed, it would close its reader
        var command = connection.CreateCommand();
        command.CommandText = $"select {columns} from houses";
        return command.ExecuteReader();
    }

    public static TheoryData<string> Forms =>
        ["schema", "object", "anonymous", "dictionary", "bag", "hashtable", "json", "node", "record", "row"];

    static object Form(string name)
    {
        var data = new DataTable();
        if (name is "record" or "row")
        {
            using var database = Database();
            using var reader = Select(database);
            data.Load(reader);
        }

        switch (name)
        {
            case "schema":
                return schema.Row(houses[1]);
            case "object":
                return houses[1];
            case "anonymous":
                return new { Area = 43f, Rooms = 2L, Street = "Oak", Heating = "Gas", Garden = "false", Other = new object() };
            case "dictionary":
                return Second();
            case "bag":
                var bag = new ExpandoObject();
                foreach (var (key, value) in Second())
                    ((IDictionary<string, object?>)bag)[key] = value;
                return bag;
            case "hashtable":
                return new Hashtable(Second());
            case "json":
                return JsonDocument.Parse(Text).RootElement;
            case "node":
                return JsonNode.Parse(Text)!;
            case "row":
                return data.Rows[1];
            default:
                var record = data.CreateDataReader();
                return record.Read() && record.Read() ? record : throw new InvalidOperationException();
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_row_of_any_form_becomes_the_numbers_of_training(string form) =>
        Assert.Equal(table.Values(1), model.Encode(Form(form)));

    [Fact]
    public void A_database_trains_and_is_predicted_with_DBNull_as_missing()
    {
        using var database = Database();
        using var training = Select(database);
        var data = TableData.FromReader(training, new() { Target = "price" });
        Assert.Equal((60, 5), (data.Count, data.Columns.Count));
        Assert.Equal(["Elm", "Oak"], data.Columns[2].Categories);
        Assert.True(float.IsNaN(data[4][2]));
        Assert.True(float.IsNaN(data[3][1]));
        Assert.Equal(houses[7].Price, data.Target(7));

        var trained = Trainer.Train(data, quick).Model;
        using var again = Select(database, "garden, heating, street, rooms, area");
        var predicted = trained.EncodeAll(again).Select(row => trained.Predict(row)[0]).ToArray();
        Assert.Equal(60, predicted.Length);
        Assert.Equal(trained.Predict(data.Values(4))[0], predicted[4]);
    }

    [Fact]
    public void A_data_table_and_a_JSON_array_are_data()
    {
        using var database = Database();
        using var reader = Select(database);
        var loaded = new DataTable();
        loaded.Load(reader);
        var data = TableData.FromRows(loaded);
        Assert.Equal(("price", 60), (data.TargetName, data.Count));
        Assert.Equal(60, model.EncodeAll(loaded).Count());

        using var json = JsonDocument.Parse("""[{"x": 1, "y": "a"}, {"x": null, "y": "b"}, {"y": "b"}]""");
        var small = TableData.FromRows(json.RootElement.EnumerateArray());
        Assert.Equal(["a", "b"], small.Classes);
        Assert.Equal([1f, float.NaN, float.NaN], Enumerable.Range(0, 3).Select(i => small[i][0]));
        Assert.Equal(["1", "2"], TableData.FromRows(
            new[] { new { x = 1.5, y = 2 }, new { x = 2.5, y = 1 } }, new() { Task = TaskKind.Classification }).Classes);
    }

    [Fact]
    public void A_missing_category_is_missing_and_an_absent_column_is_not()
    {
        Assert.True(double.IsNaN(model.Encode(houses[4])[2]));
        Assert.True(double.IsNaN(model.Encode(Second(DBNull.Value))[2]));
        var row = Second();
        row.Remove("Street");
        Refuses("There is no column «Street» in the row, which has Area, Rooms, Heating, Garden", () => model.Encode(row));
        Refuses(
            "There is no column «Area» in the row, which is empty. Give null for a missing value.",
            () => model.Encode(new Dictionary<string, object?>()));
        Refuses("holds a value of the type House, which is neither", () => model.Encode(Second(houses[0])));
        Refuses("has no names for its values", () => model.Encode(new[] { 1, 2 }));
    }

    [Fact]
    public void A_view_of_a_data_table_has_its_rows()
    {
        using var database = Database();
        using var reader = Select(database);
        var loaded = new DataTable();
        loaded.Load(reader);
        var view = new DataView(loaded, "rooms = 2", "area desc", DataViewRowState.CurrentRows);

        Assert.Equal(model.Encode(loaded.Rows[0]), model.Encode(loaded.DefaultView[0]));
        Assert.Equal(view.Count, model.PredictAll(view).Length);
        Assert.Equal(view.Count, TableData.FromRows(view, new() { Ignore = ["rooms"] }).Count);
    }

    [Fact]
    public void An_error_says_in_which_row_it_is()
    {
        Refuses("row 2: «Ash» is not a category of the column «Street»: Elm, Oak.", () => model.PredictAll(new[] { Second(), Second("Ash") }));
        Refuses("row 3: A row is null.", () => model.PredictAll(new[] { Second(), Second(), null }));
        Refuses("row 1: A JSON Number is not a row.", () => model.PredictAll(JsonDocument.Parse("[1]").RootElement));
        Refuses("row 2: A row of the type Int32 has no names", () => TableData.FromRows(new object[] { Second(), 3 }));
    }

    [Fact]
    public void A_value_that_is_none_is_called_by_its_kind()
    {
        var json = JsonDocument.Parse(Text.Replace("43", "{}", StringComparison.Ordinal)).RootElement;
        Refuses("The column «Area» holds a JSON Object, which is neither", () => model.Encode(json));
        Refuses("The column «Area» holds a value of the type Version, which is neither", () => model.Encode(new { Area = new Version() }));
    }

    [Fact]
    public void Columns_of_a_schema_have_different_names() =>
        Refuses("two columns are called «a»", () => _ = new RowSchema<House>(("a", house => house.Area), ("a", house => house.Rooms)));

    [Fact]
    public void An_unknown_category_is_an_error_or_missing_as_asked()
    {
        Refuses("«Ash» is not a category of the column «Street»: Elm, Oak. Give one of these, or null for a missing value.", () => model.Encode(Second("Ash")));
        Assert.True(double.IsNaN(model.Encode(Second("Ash"), UnknownCategory.Missing)[2]));
        Assert.Single(model.EncodeAll(new[] { Second("Ash") }, UnknownCategory.Missing));
        Refuses("holds numbers", () => model.Encode(new { Area = "wide", Rooms = 1, Street = "Elm", Heating = "Gas", Garden = true }, UnknownCategory.Missing));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(0.5f)]
    [InlineData(float.PositiveInfinity)]
    public void An_index_that_is_no_category_is_refused(float index)
    {
        var row = table[1].ToArray();
        row[2] = index;
        Refuses("is not the index of a category of the column «Street», from 0 to 1", () => model.Predict(row));
        Refuses("is not the index of a category", () => model.Predict([.. table[0], .. row], new float[2]));
    }

    [Fact]
    public void Entities_with_identifiers_and_other_objects_train_without_them()
    {
        var rows = Enumerable.Range(0, 40).Select(i => new
        {
            Id = Guid.NewGuid(),
            Name = $"customer {i}",
            Orders = new List<int>(),
            Stay = TimeSpan.FromHours(12 * i),
            Bought = i % 3 == 0 ? 1 : (int?)0,
        });
        var data = TableData.FromRows(rows, new() { Target = "bought" });
        Assert.Equal(["Stay"], data.Columns.Select(column => column.Name));
        Assert.Equal([0.5f], data[1].ToArray());
        Assert.Equal(["0", "1"], data.Classes);
        Assert.Equal(
            ["left out «Id»: 40 different names", "left out «Name»: 40 different names", "left out «Orders»: it holds a value of the type List"],
            data.Notes.Select(note => note.Says.Split(note.Says.Contains(" in ") ? " in " : "`")[0]));

        var kept = TableData.FromRows(rows, new() { Target = "bought", Ignore = ["ORDERS"], Categorical = ["name"] });
        Assert.Equal(["Name", "Stay"], kept.Columns.Select(column => column.Name));
        Refuses("no column is left to learn from. «Id»: 40 different names", () => TableData.FromRows(rows, new() { Target = "bought", Ignore = ["Stay"] }));
        Refuses("there is no column «order»", () => TableData.FromRows(rows, new() { Target = "order" }));
    }

    [Fact]
    public void Rows_without_a_target_are_left_out_and_counted()
    {
        var rows = Enumerable.Range(0, 30).Select(i => new { X = i, Y = i % 10 == 0 ? (double?)null : i + 0.5 });
        var data = TableData.FromRows(rows);
        Assert.Equal(27, data.Count);
        Assert.Contains("3 rows without a target are left out", Assert.Single(data.Notes).Says);
        Refuses("every value of the target «Y» is missing", () => TableData.FromRows(rows.Select(row => new { row.X, Y = DBNull.Value })));
    }

    [Fact]
    public void A_few_integers_are_classes_as_in_tables_unless_the_task_is_named()
    {
        var rows = Enumerable.Range(0, 60).Select(i => new { X = i, Y = i / 5 });
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"{i}"), TableData.FromRows(rows).Classes!);
        Assert.Null(TableData.FromRows(rows, new() { Task = TaskKind.Regression }).Classes);
        Assert.Null(TableData.FromRows(rows.Take(39)).Classes);
        Assert.Equal(["1001", "1002"], TableData.FromRows(new[] { new { X = 1, Y = 1002 }, new { X = 2, Y = 1001 } }).Classes);

        // the model knows what the numbers of other rows are
        var trained = Trainer.Train(TableData.FromRows(rows), quick).Model;
        Assert.Equal(6, trained.Evaluate(TableData.FromRows(rows.Where(row => row.X % 10 == 0))).Examples);
        var quantity = Trainer.Train(TableData.FromRows(rows, new() { Task = TaskKind.Regression }), quick).Model;
        Assert.Equal(60, quantity.Evaluate(TableData.FromRows(rows)).Examples);
    }

    [Fact]
    public void Numbers_that_are_not_whole_rows_and_networks_of_other_sizes_are_refused_as_that()
    {
        Refuses("takes 5 numbers per example, and 3 is not a multiple", () => model.Predict([1f, 2f, 9f]));
        Refuses("takes 2 inputs, but the model has 5 columns", () => model.WithNetwork(NeuralNetwork.FromSizes([2, 1])));
        Assert.Equal("Street: Elm, Oak", model.Columns[2].ToString());
    }

    [Fact]
    public void Rows_without_the_target_do_not_lose_their_last_column_silently() =>
        Refuses("lacks the model's column «Garden», which is its target", () => model.Predict(TableData.FromRows(
            houses.Select(house => new { house.Area, house.Rooms, house.Street, house.Heating, house.Garden }))));

    [Fact]
    public void A_date_is_a_number_of_days() =>
        Assert.Equal(
            [1f, 1.5f],
            Enumerable.Range(0, 2).Select(i => TableData.From(
                [new DateTime(1970, 1, 2), new DateTime(1970, 1, 2, 12, 0, 0)], _ => 1, ("day", day => day))[i][0]));
}
