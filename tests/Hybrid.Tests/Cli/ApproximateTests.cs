using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid approximate: what it prints is what its files do, in every runtime.</summary>
public sealed class ApproximateTests : IDisposable
{
    static readonly string[] Numbers = ["neurons", "parameters", "epsilon", "bound", "rounding", "measured", "boxes"];
    static readonly string[] Curves = ["network", "sin(2*pi*x)", "error"];
    static readonly string[] Maps = ["network", "The error: network − function"];
    static readonly int[] BatchSizes = [1, 5, 128];
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    static double Wave(double x) => Math.Sin(2 * Math.PI * x);

    static double Hill(double x, double y) => Math.Exp(-x * x) * y;

    /// <summary>Every method, with a formula of one variable or of two.</summary>
    public static TheoryData<string, bool> Methods()
    {
        var data = new TheoryData<string, bool>();
        foreach (var method in Approximator.Methods)
            data.Add(method, false);
        foreach (var method in new[] { "towers", "kuhn", "trained" })
            data.Add(method, true);
        return data;
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_gives_a_proved_network_that_can_be_used(string method, bool isPlane)
    {
        string[] formula = isPlane
            ? ["exp(-x^2)*y", "--from", "-1,0", "--to", "1,1", "--epsilon", "0.2"]
            : ["sin(2*pi*x)", "--epsilon", "0.05"];
        var axes = isPlane ? 2 : 1;
        var result = command.Succeed(
            ["approximate", .. formula, "--method", method, "--output", "net.onnx", "--figure", "f.svg", "--json"]).Json;

        Assert.Equal(method, result.GetProperty("method").GetString());
        Assert.All(Numbers, name => Assert.True(double.IsFinite(Number(result, name)), name));
        Assert.True(result.GetProperty("certified").GetBoolean());
        Assert.InRange(Number(result, "bound"), Number(result, "measured"), isPlane ? 0.2 : 0.05);
        Assert.Equal(["f.svg", "net.onnx"], command.Names);

        var others = method == "trained"
            ? [.. result.GetProperty("constructed").EnumerateObject().Select(other => other.Value)]
            : new[] { result.GetProperty("trained") };
        Assert.NotEmpty(others);
        Assert.All(others, other => Assert.True(Number(other, "parameters") > Number(other, "neurons")));

        var figure = XDocument.Load(command.File("f.svg"));
        Assert.Equal("svg", figure.Root!.Name.LocalName);
        Assert.All(
            isPlane ? Maps : Curves,
            name => Assert.Contains(figure.Descendants(), element => element.Value == name));

        var described = command.Succeed("describe", "net.onnx", "--json").Json;
        Assert.Equal(axes, Number(described, "inputs"));
        Assert.Equal(Number(result, "parameters"), Number(described, "parameters"));
        Assert.Equal(method, described.GetProperty("options").GetProperty("method").GetString());

        command.Write("rows.csv", isPlane ? "y,x\n0.5,0\n1,1\n" : "x\n0.25\n0.75\n");
        var answers = command.Succeed("predict", "net.onnx", "rows.csv").Lines[1..]
            .Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        double[] expected = isPlane ? [Hill(0, 0.5), Hill(1, 1)] : [1, -1];
        Assert.All(expected.Zip(answers), pair => Assert.Equal(pair.First, pair.Second, Number(result, "bound")));
    }

    /// <summary>Evenly spread single-precision numbers, the edges of n cells, and the next numbers on either side.</summary>
    static float[] Inputs(float from, float to, params IEnumerable<int> cells)
    {
        static float At(float from, float to, int i, int n) => (float)(from + ((double)to - from) * i / n);

        return [.. cells.Append(11_000)
            .SelectMany(n => Enumerable.Range(0, n + 1).Select(i => At(from, to, i, n)))
            .SelectMany(x => new[] { MathF.BitDecrement(x), x, MathF.BitIncrement(x) })
            .Select(x => Math.Clamp(x, from, to))];
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    [InlineData("bumps")]
    [InlineData("maxout")]
    [InlineData("towers")]
    [InlineData("kuhn")]
    [InlineData("trained")]
    public void The_bound_holds_in_the_real_runtime(string method)
    {
        var result = command.Succeed(
            "approximate", "sin(2*pi*x)", "--from", "-0.3", "--to", "0.9", "--epsilon", "0.02", "--method", method, "--output",
            "net.onnx", "--json").Json;
        var neurons = (int)Number(result, "neurons");
        using var runtime = OnnxRuntime.Open(command.File("net.onnx"));
        var inputs = Inputs(
            MathF.BitIncrement(-0.3f), MathF.BitDecrement(0.9f), [.. Enumerable.Range(Math.Max(1, neurons - 1), 3), 32, 33, neurons / 2, neurons / 3]);

        Assert.True(inputs.Length > 30_000);
        var outputs = runtime.Run("input", inputs, [inputs.Length, 1], "output")[0];
        Assert.Equal([inputs.Length, 1], outputs.Dimensions);
        var worst = inputs.Zip(outputs.Values, (x, y) => Math.Abs(y - Wave(x))).Max();
        Assert.InRange(worst, 0, Number(result, "bound"));

        foreach (var rows in BatchSizes)
        {
            var part = runtime.Run("input", inputs[..rows], [rows, 1], "output")[0];
            Assert.Equal([rows, 1], part.Dimensions);
            Assert.All(part.Values.Zip(inputs), pair => Assert.InRange(Math.Abs(pair.First - Wave(pair.Second)), 0, Number(result, "bound")));
        }
    }

    [Theory]
    [InlineData("towers")]
    [InlineData("kuhn")]
    [InlineData("trained")]
    public void The_bound_of_two_variables_holds_in_the_real_runtime(string method)
    {
        var result = command.Succeed(
            "approximate", "exp(-x^2)*y", "--from=-1,0", "--to", "1", "--epsilon", "0.2", "--method", method, "--output",
            "net.onnx", "--json").Json;
        using var runtime = OnnxRuntime.Open(command.File("net.onnx"));
        var random = new System.Random(1);
        var edges = Inputs(-1, 1, 7, 8, 9, 10).Where((_, i) => i % 97 == 0 || i > 33_003).ToArray();
        float[][] points = [.. Enumerable.Range(0, 20_000).Select(i => (float[])[
            edges[random.Next(edges.Length)], i % 2 == 0 ? random.NextSingle() : Math.Abs(edges[random.Next(edges.Length)])])];

        foreach (var rows in BatchSizes.Append(points.Length))
        {
            var outputs = runtime.Run("input", [.. points[..rows].SelectMany(point => point)], [rows, 2], "output")[0];
            Assert.Equal([rows, 1], outputs.Dimensions);
            var worst = outputs.Values.Zip(points, (y, point) => Math.Abs(y - Hill(point[0], point[1]))).Max();
            Assert.InRange(worst, 0, Number(result, "bound"));
        }
    }

    [Fact]
    public void The_text_states_the_proof_and_the_needs_of_other_methods()
    {
        var text = command.Succeed("approximate", "sin(2*pi*x)", "--output", "net.onnx").Output;
        Assert.StartsWith("Function: sin(2*pi*x)\nDomain: [0, 1]; slope at most 6.284, second derivative at most 39.48\n", text);
        Assert.Contains("relu, 23 neurons, 70 parameters", text);
        Assert.Contains("Proved: within 0.01 everywhere", text);
        Assert.Contains("For comparison: trained ", text);
        Assert.Contains("Wrote net.onnx", text);

        text = command.Succeed("approximate", "sin(2*pi*x)", "--method", "trained").Output;
        Assert.Contains("For comparison, by their bounds alone: relu 23 neurons, 70 parameters; sigmoid 628 neurons", text);
    }

    [Fact]
    public void A_formula_may_begin_with_a_minus_and_be_constant()
    {
        Assert.Equal(1, Number(command.Succeed("approximate", "-x", "--json").Json, "neurons"));
        Assert.Equal(0, Number(command.Succeed("approximate", "3", "--json").Json, "measured"));
    }

    [Fact]
    public void A_false_bound_proves_nothing_and_harms_no_file()
    {
        command.Write("net.onnx", "old");
        string[] arguments =
            ["approximate", "sin(2*pi*x)", "--method", "bumps", "--lipschitz", "1", "--output", "net.onnx", "--figure", "f.svg"];

        var answer = command.Run(arguments);
        Assert.Equal((1, ""), (answer.Code, answer.Errors));
        Assert.Contains("Not proved: 0.01 is not proved on [", answer.Output);
        Assert.Contains("Check --lipschitz", answer.Output);
        Assert.Contains("Nothing was written", answer.Output);

        var json = command.Run([.. arguments, "--json"]);
        Assert.Equal(1, json.Code);
        Assert.False(json.Json.GetProperty("certified").GetBoolean());
        Assert.True(Number(json.Json, "bound") >= Number(json.Json, "measured"));
        Assert.Equal("old", File.ReadAllText(command.File("net.onnx")));
        Assert.Equal(["net.onnx"], command.Names);
    }

    /// <summary>Impossible requests, with the exit code and parts of the message.</summary>
    public static TheoryData<int, string[], string[]> Wrong() => new()
    {
        { 2, ["--epsilon must be a number above 0, not 0"], ["x", "--epsilon", "0"] },
        { 2, ["--epsilon must be a number above 0, not -1"], ["x", "--epsilon", "-1"] },
        { 2, ["--epsilon", "not NaN"], ["x", "--epsilon", "nan"] },
        { 2, ["--epsilon must be a number, not «small»"], ["x", "--epsilon", "small"] },
        { 1, ["1E-300", "rounding"], ["x", "--epsilon", "1e-300"] },
        { 2, ["--from", "from 1 to 1 is empty"], ["x", "--from", "1"] },
        { 2, ["--from", "from 0 to -2 is empty"], ["x", "--to", "-2"] },
        { 2, ["--from must be one number", "1, not 2"], ["x", "--from", "0,1"] },
        { 2, ["--to must be one number", "2, not 3"], ["x*y", "--method", "kuhn", "--to", "1,2,3"] },
        { 2, ["--from", "not «nan»"], ["x", "--from", "nan"] },
        { 2, ["--to", "not «far»"], ["x", "--to", "far"] },
        { 2, ["--from", "single precision", "-1E+308"], ["x", "--from", "-1e308", "--to", "1e308"] },
        { 2, ["--lipschitz must be a number of at least 0, not -1"], ["x", "--lipschitz", "-1"] },
        { 2, ["--curvature", "not NaN"], ["x", "--curvature", "nan"] },
        { 1, ["no finite value at -1"], ["log(x)", "--from", "-1"] },
        { 1, ["no finite value at 0.3"], ["1/(x-0.3)"] },
        { 1, ["no finite value at 0"], ["sqrt(x-0.5)"] },
        { 1, ["slope has no bound near [0,", "--lipschitz"], ["sqrt(x)", "--method", "sigmoid"] },
        { 1, ["slope jumps", "--curvature"], ["abs(x)", "--from", "-1", "--method", "maxout"] },
        { 1, ["needs 6,058,453 cells", "at most 100,000"], ["sin(1/x)", "--from", "1e-3"] },
        { 1, ["needs 308,061 cells"], ["exp(exp(exp(x)))"] },
        { 1, ["needs 101 cells per axis", "at most 53"], ["x*y", "--method", "towers"] },
        { 1, ["no bound near [0,"], ["x^x^x^x"] },
        { 1, [], ["x^(1e300)"] },
        { 1, [], ["1e308*x"] },
        { 2, ["column 1", "no «foo»", "sin()"], ["foo(x)"] },
        { 2, ["column 3", "no «z»"], ["x+z"] },
        { 2, ["column 1", "the end"], [""] },
        { 2, ["column 3", "')'"], ["(x"] },
        { 2, ["column 202", "nested more than 200 levels deep"], [new string('(', 1000) + "x"] },
        { 2, ["at most 10000 characters"], [new string('x', 10_001)] },
        { 1, ["one variable", "towers or kuhn"], ["x*y"] },
        { 2, ["--method must be", "«spline»"], ["x", "--method", "spline"] },
        { 1, ["none/n.onnx", "folder does not exist"], ["x", "--output", "none/n.onnx"] },
        { 1, ["none/f.svg", "folder does not exist"], ["x", "--figure", "none/f.svg"] },
        { 2, ["--figure a would overwrite"], ["x", "--output", "a", "--figure", "a"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_impossible_request_is_refused_with_the_reason(int code, string[] parts, string[] arguments)
    {
        command.Write("a", "old");
        Assert.Empty(command.Fail(code, parts, ["approximate", .. arguments, "--json"]).Output);
        Assert.Equal("old", File.ReadAllText(command.File("a")));
        Assert.Equal(["a"], command.Names);
    }

    [Fact]
    public void An_interruption_leaves_the_old_file()
    {
        if (OperatingSystem.IsWindows())
            return;

        // takes much longer than the signal
        command.Write("net.onnx", "old");
        using var process = command.Start(
            "approximate", "sin(20*x)*cos(9*y)", "--method", "trained", "--epsilon", "0.05", "--output", "net.onnx");

        // what it says first, it says when it listens
        Assert.StartsWith("Function:", process.StandardOutput.ReadLine());
        Signals.Send("INT", process);

        var answer = HybridCommand.Finish(process);
        Assert.Equal(130, answer.Code);
        Assert.Contains("interrupted; nothing was written", answer.Errors);
        Assert.Equal("old", File.ReadAllText(command.File("net.onnx")));
        Assert.Equal(["net.onnx"], command.Names);
    }
}
