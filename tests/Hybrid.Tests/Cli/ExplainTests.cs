using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class ExplainTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public void Columns_are_listed_by_importance_and_drawn()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Succeed("train", "houses.csv", "--epochs", "60");
        var output = command.Succeed("explain", "model.onnx", "houses.csv", "--figures", "pictures", "--repeats", "3").Output;
        Assert.Contains("did not learn from", output);
        Assert.Contains("Wrote 3 figures to pictures.", output);
        Assert.StartsWith("<svg", File.ReadAllText(command.File("pictures/1-size.svg")));

        command.Fail(2, ["hybrid: --repeats must be at least 1, not 0"], "explain", "model.onnx", "houses.csv", "--repeats", "0");

        var json = command.Succeed("explain", "model.onnx", "houses.csv", "--json").Json;
        Assert.Equal(50, json.GetProperty("rows").GetInt32());
        var first = json.GetProperty("importance")[0];
        Assert.Equal("size", first.GetProperty("columns")[0].GetString());
        Assert.True(first.GetProperty("lower").GetDouble() > 0);
    }

    [Fact]
    public void A_row_has_a_gradient_and_a_counterfactual()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Succeed("train", "houses.csv", "--epochs", "60");
        Assert.Contains("Row 2 of houses.csv: price is", command.Succeed("explain", "model.onnx", "houses.csv", "--row", "2").Output);
        var gradient = command.Succeed("explain", "model.onnx", "houses.csv", "--row", "2", "--json").Json;
        Assert.Equal(3, gradient.GetProperty("columns").GetArrayLength());

        string[] asked = ["explain", "model.onnx", "houses.csv", "--row", "2", "--counterfactual", "--value", "120000", "--fixed", "rooms"];
        var found = command.Succeed([.. asked, "--json"]).Json;
        Assert.DoesNotContain(found.GetProperty("changes").EnumerateArray(), change => change.GetProperty("column").GetString() == "rooms");
        Assert.Contains("predicted", command.Succeed(asked).Output);
    }

    [Fact]
    public void A_row_has_its_number_in_the_file()
    {
        string[] houses = Tables.Houses().Split('\n');
        houses[1] = houses[1][..(houses[1].LastIndexOf(',') + 1)];
        command.Write("houses.csv", string.Join('\n', houses));
        command.Succeed("train", "houses.csv", "--epochs", "3");
        var size = double.Parse(houses[2].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        var row = command.Succeed("explain", "model.onnx", "houses.csv", "--row", "2", "--json").Json;
        Assert.Equal(2, row.GetProperty("row").GetInt32());
        Assert.Equal(size, row.GetProperty("columns")[0].GetProperty("value").GetDouble(), 3);
        command.Fail(2, ["--row 1 has no target"], "explain", "model.onnx", "houses.csv", "--row", "1");
        command.Succeed("explain", "model.onnx", "houses.csv", "--row", "200");
        command.Fail(2, ["--row must be from 1 to 200"], "explain", "model.onnx", "houses.csv", "--row", "201");

        command.Succeed("train", "houses.csv", "--epochs", "2", "--folds", "2", "--out-of-fold", "oof.csv");
        Assert.StartsWith("2,1,", File.ReadAllLines(command.File("oof.csv"))[1]);
        Assert.StartsWith("200,1,", File.ReadAllLines(command.File("oof.csv"))[^1]);
    }

    [Fact]
    public void Dates_are_printed_as_the_table_has_them()
    {
        command.Write("visits.csv", "day,x,y\n" + string.Concat(Enumerable.Range(0, 80).Select(i =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{1 + i % 28:00}.{1 + i % 12:00}.{2015 + i % 5},{i * 0.37 % 1},{(i % 12) * 10 + 5 * (i * 0.37 % 1)}\n"))));
        command.Succeed("train", "visits.csv", "--epochs", "40");
        var text = command.Succeed("explain", "model.onnx", "visits.csv", "--row", "3").Output;
        Assert.Contains("03.03.2017", text);
        Assert.Contains("The slope of a date is the change per day.", text);
        var columns = command.Succeed("explain", "model.onnx", "visits.csv", "--row", "3", "--json").Json.GetProperty("columns");
        Assert.Equal("03.03.2017", columns[0].GetProperty("value").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Number, columns[1].GetProperty("value").ValueKind);

        string[] asked = ["explain", "model.onnx", "visits.csv", "--row", "3", "--counterfactual", "--value", "60", "--fixed", "x"];
        Assert.Matches(@"03\.03\.2017 +[0-9]{2}\.[0-9]{2}\.20[0-9]{2}", command.Succeed(asked).Output);
        var change = command.Succeed([.. asked, "--json"]).Json.GetProperty("changes")[0];
        Assert.Equal("03.03.2017", change.GetProperty("from").GetString());
        Assert.Matches(@"^[0-9]{2}\.[0-9]{2}\.20[0-9]{2}", change.GetProperty("to").GetString()!);
    }

    [Fact]
    public void What_cannot_be_explained_is_an_error()
    {
        command.Succeed("train", "iris", "--epochs", "1");
        command.Fail(2, ["--row must be from 1 to 150"], "explain", "model.onnx", "iris", "--row", "151");
        command.Fail(2, ["--counterfactual needs --row"], "explain", "model.onnx", "iris", "--counterfactual");
        command.Fail(2, ["needs --class"], "explain", "model.onnx", "iris", "--row", "1", "--counterfactual", "--value", "3");
        command.Fail(2, ["--fixed need --counterfactual"], "explain", "model.onnx", "iris", "--row", "1", "--fixed", "x");
        command.Fail(1, ["no class «rose»"], "explain", "model.onnx", "iris", "--row", "1", "--class", "rose");
    }
}
