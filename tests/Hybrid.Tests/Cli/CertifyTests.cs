using System.Globalization;
using System.Text.Json;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid certify, hybrid bounds and hybrid verify --monotone: proofs in the columns of a table.</summary>
public sealed class CertifyTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    /// <summary>Prices of houses, which rise with the area and fall with the age; some ages are missing.</summary>
    string Houses(int rows = 60)
    {
        var random = new Random(1);
        var lines = Enumerable.Range(0, rows).Select(row =>
        {
            var (area, rooms, age) = (40 + random.Next(120), 1 + random.Next(5), random.Next(80));
            var colour = new[] { "red", "blue", "green" }[random.Next(3)];
            var price = 2000 * area + 10000 * rooms - 500 * age + (colour == "red" ? 20000 : 0);
            return $"{area},{rooms},{colour},{(row % 13 == 5 ? "" : $"{age}")},{price}";
        });
        command.Write("houses.csv", $"area,rooms,colour,age,price\n{string.Join('\n', lines)}\n");
        command.Succeed("train", "houses.csv", "--hidden", "8", "--activation", "relu", "--epochs", "300", "--seed", "1", "--output", "houses.onnx");
        return "houses.onnx";
    }

    string Iris()
    {
        command.Succeed("train", "iris", "--seed", "1", "--output", "iris.onnx");
        return "iris.onnx";
    }

    static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    [Fact]
    public void Certified_accuracy_is_at_most_that_under_attack_and_at_most_the_clean_one()
    {
        var json = command.Succeed("certify", Iris(), "iris", "--radius", "0.2", "--json").Json;
        Assert.Equal(150, json.GetProperty("rows").GetInt32());
        Assert.InRange(Number(json, "certified"), 0.5, Number(json, "underAttack"));
        Assert.InRange(Number(json, "underAttack"), 0.5, Number(json, "clean"));
        Assert.Equal(3, json.GetProperty("classes").GetArrayLength());
    }

    [Fact]
    public void Rows_that_are_attacked_have_a_different_class_in_ONNX_Runtime()
    {
        var json = command.Succeed("certify", Iris(), "iris", "--radius", "0.2", "--json").Json;
        using var runtime = OnnxRuntime.Open(command.File("iris.onnx"));
        var attacked = json.GetProperty("hardest").EnumerateArray()
            .Where(row => row.GetProperty("verdict").GetString() == "attacked").ToArray();
        Assert.NotEmpty(attacked);

        foreach (var row in attacked)
        {
            float[] x = [.. row.GetProperty("attack").EnumerateArray().Select(value => value.GetSingle())];
            var y = runtime.Run("input", x, [1, 4], "probabilities")[0].Values;
            var names = (string[])["setosa", "versicolor", "virginica"];
            Assert.NotEqual(row.GetProperty("class").GetString(), names[Array.IndexOf(y, y.Max())]);
        }
    }

    [Fact]
    public void Margins_that_are_proved_are_at_most_those_that_are_attacked_and_are_drawn()
    {
        command.Succeed("certify", Iris(), "iris", "--margin", "--output", "margins.csv", "--figure", "margins.svg");
        var rows = File.ReadAllLines(command.File("margins.csv"));
        Assert.Equal("row,class,predicted,verdict,bound,proved margin,attacked margin", rows[0]);
        Assert.Equal(151, rows.Length);

        foreach (var row in rows.Skip(1).Select(line => line.Split(',')).Where(row => row[1] == row[2]))
            Assert.InRange(
                double.Parse(row[5], CultureInfo.InvariantCulture), 0,
                row[6].Length == 0 ? double.MaxValue : double.Parse(row[6], CultureInfo.InvariantCulture));

        Assert.StartsWith("<svg", File.ReadAllText(command.File("margins.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_move_by_no_more_than_is_proved_with_categories_and_missing_values()
    {
        var model = Houses();
        foreach (var radius in new[] { "area=2,rooms=0", "area=1%,colour=any", "0" })
        {
            var json = command.Succeed("certify", model, "houses.csv", "--radius", radius, "--json").Json;
            Assert.Equal(60, json.GetProperty("reached").GetInt32());
            Assert.InRange(Number(json, "meanComputed"), 0, Number(json, "meanProved"));
            Assert.InRange(Number(json, "meanProved"), 0, 1e6);
            if (radius == "0")
                Assert.InRange(Number(json, "maximumProved"), 0, 10);
        }
    }

    [Fact]
    public void Pixels_are_clipped_to_their_range()
    {
        command.Succeed("train", "digits", "--hidden", "8", "--epochs", "3", "--seed", "1");
        var json = command.Succeed("certify", "model.onnx", "digits", "--radius", "1%", "--part", "test", "--json").Json;
        Assert.Equal([0, 16], json.GetProperty("range").EnumerateArray().Select(value => value.GetDouble()));
        Assert.InRange(Number(json, "certified"), 0.1, 1);
    }

    [Fact]
    public void A_time_limit_says_what_was_not_reached()
    {
        var answer = command.Succeed("certify", Iris(), "iris", "--radius", "0.1", "--timeout", "1e-6");
        Assert.Contains("Stopped early: 1", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_range_of_an_output_contains_its_values()
    {
        var model = Houses();
        var box = (string[])["--box", "houses.csv", "--box", "rooms = 3, colour in {red, blue}"];
        var json = command.Succeed(["bounds", model, .. box, "--json"]).Json.GetProperty("outputs")[0];
        double[] proved = [.. json.GetProperty("proved").EnumerateArray().Select(value => value.GetDouble())];
        double[] computed = [.. json.GetProperty("computed").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal("price", json.GetProperty("name").GetString());
        Assert.True(proved[0] <= computed[0] && computed[0] < computed[1] && computed[1] <= proved[1]);
        Assert.InRange(proved[1] - proved[0], 0, 2 * (computed[1] - computed[0]));
        Assert.Contains("price", command.Succeed(["bounds", model, .. box]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_are_bounded_for_every_class()
    {
        var json = command.Succeed("bounds", Iris(), "--box", "iris", "--timeout", "20", "--json").Json;
        Assert.All(json.GetProperty("outputs").EnumerateArray(), output => Assert.InRange(output.GetProperty("proved")[0].GetDouble(), 0, 1));
    }

    [Fact]
    public void A_price_that_rises_with_the_area_is_proved_to_and_one_that_does_not_is_violated_by_two_rows()
    {
        var model = Houses();
        var answer = command.Succeed(
            "verify", model, "--monotone", "area=up", "--box", "area in [60, 140], rooms = 3, colour = red, age in [20, 60]");
        Assert.Equal("area=up: holds", answer.Lines[0]);

        var violated = command.Run("verify", model, "--monotone", "area=down", "--box", "houses.csv", "--json");
        Assert.Equal(1, violated.Code);
        var claim = violated.Json.GetProperty("claims")[0];
        Assert.Equal("violated", claim.GetProperty("verdict").GetString());
        Assert.True(claim.GetProperty("answers")[0].GetDouble() < claim.GetProperty("answers")[1].GetDouble());
        Assert.True(claim.GetProperty("lower")[0].GetDouble() < claim.GetProperty("upper")[0].GetDouble());
    }

    [Theory]
    [InlineData("certify houses.onnx houses.csv", "needs --radius")]
    [InlineData("certify houses.onnx houses.csv --radius -1", "--radius must be at least 0")]
    [InlineData("certify houses.onnx houses.csv --radius width=1", "«width», which the model does not have")]
    [InlineData("certify houses.onnx houses.csv --radius colour=1", "must be any or 0")]
    [InlineData("certify houses.onnx houses.csv --radius nan", "must be a number")]
    [InlineData("certify houses.onnx houses.csv --radius 1e39", "is too large")]
    [InlineData("certify houses.onnx houses.csv --margin", "--margin is that of a class")]
    [InlineData("certify houses.onnx houses.csv --radius 1 --timeout 0", "--timeout must be a number of seconds above 0")]
    [InlineData("certify houses.onnx houses.csv --radius 1 --boxes 0", "--boxes must be at least 1")]
    [InlineData("bounds houses.onnx --box rooms=3", "does not say what values area, colour, age may have")]
    [InlineData("verify houses.onnx", "needs a property")]
    [InlineData("verify houses.onnx p.vnnlib --monotone area=up", "not both")]
    [InlineData("verify houses.onnx --monotone area=up", "--monotone needs --box")]
    [InlineData("verify houses.onnx --monotone area=sideways --box houses.csv", "must say up or down")]
    [InlineData("verify houses.onnx --monotone colour=up --box houses.csv", "which have no order")]
    [InlineData("verify houses.onnx --monotone area=up --class red --box houses.csv", "--class is for classes")]
    public void Bad_input_is_a_usage_error(string line, string message)
    {
        Houses(20);
        Assert.Empty(command.Fail(2, [message], line.Split(' ')).Output);
    }

    [Theory]
    [InlineData("area in [160, 40], rooms = 3, colour = red, age = 1", "an empty range: 160 is above 40")]
    [InlineData("area = x, rooms = 3, colour = red, age = 1", "«x», which is not a number")]
    [InlineData("area = 1, rooms = 3, colour = pink, age = 1", "the category «pink»")]
    [InlineData("area = 1, rooms = 3, colour in {}, age = 1", "names the category «»")]
    [InlineData("area in 5, rooms = 3", "")]
    public void A_box_that_is_wrong_is_a_usage_error_and_never_a_bound(string box, string message)
    {
        Houses(20);
        var answer = command.Run("bounds", "houses.onnx", "--box", box);
        Assert.True(answer.Code is 1 or 2, answer.Output + answer.Errors);
        Assert.Contains(message, answer.Errors, StringComparison.Ordinal);
        Assert.Empty(answer.Output);
    }

    [Fact]
    public void The_network_of_a_formula_is_bounded_in_its_variables()
    {
        command.Succeed("approximate", "x*y", "--method", "kuhn", "--from", "-1,-1", "--to", "1,1", "--epsilon", "0.2", "--output", "net.onnx");
        Assert.Contains("Range of value", command.Succeed("bounds", "net.onnx", "--box", "x in [0, 1], y = 1").Output, StringComparison.Ordinal);
    }
}
