using Hybrid.Data;
using Hybrid.Tests.Cli;
using Xunit;

namespace Hybrid.Tests;

/// <summary>A NaN or infinite result determines neither a class nor a quantity, wherever it comes from and whoever
/// asks.</summary>
public sealed class NonFiniteTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static Model Broken(float value, bool classes)
    {
        var network = NeuralNetwork.FromSizes([2, 3, classes ? 2 : 1]);
        var last = network.Parameters[^1];
        var broken = network.WithParameters(parameter =>
            parameter.Name == last.Name ? Enumerable.Repeat(value, parameter.Values.Length).ToArray() : parameter.Values);
        return Model.Create(broken, ["a", "b"], classes ? ["no", "yes"] : null, "level");
    }

    static TableData Data(bool classes) => classes
        ? TableData.FromArrays([[1, 2], [3, 4], [5, 6]], (string[])["no", "yes", "no"], ["a", "b"])
        : TableData.FromArrays([[1, 2], [3, 4], [5, 6]], (float[])[1, 2, 3], ["a", "b"]);

    /// <summary>Every method of the face that returns a result computed from a model's outputs.</summary>
    static readonly (string Name, bool OfClassesOnly, Action<Model> Ask)[] methods =
    [
        ("Network.Predict", false, model => model.Network.Predict([1, 2, 3, 4])),
        ("Network.Predict into memory", false, model => model.Network.Predict([1, 2, 3, 4], new float[2 * model.Network.Outputs])),
        ("Model.Predict", false, model => model.Predict([1, 2, 3, 4])),
        ("Model.Predict into memory", false, model => model.Predict([1, 2, 3, 4], new float[2 * model.Network.Outputs])),
        ("Model.Predict of double", false, model => model.Predict([1.0, 2, 3, 4])),
        ("Model.PredictAll", false, model => model.PredictAll(new[] { new { a = 1, b = 2 } })),
        ("Model.ClassifyAll", true, model => model.ClassifyAll(new[] { new { a = 1, b = 2 } })),
        ("Model.Predict of data", false, model => model.Predict(Data(model.Classes is not null))),
        ("Classify", true, model => model.Classify([1, 2])),
        ("Classify double", true, model => model.Classify([1.0, 2])),
        ("Evaluate", false, model => model.Evaluate(Data(model.Classes is not null))),
    ];

    [Fact]
    public void Every_method_of_the_api_refuses_a_non_finite_result() => Assert.All(
        from method in methods
        from value in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity]
        from classes in (bool[])[true, false]
        where classes || !method.OfClassesOnly
        select (method, value, classes),
        entry =>
        {
            var model = Broken(entry.value, entry.classes);
            var error = Assert.Throws<NonFiniteResultException>(() => entry.method.Ask(model));
            Assert.Equal((0, 0), (error.Example, error.Output));
            if (!entry.method.Name.StartsWith("Network", StringComparison.Ordinal))
                Assert.Contains(entry.classes ? "«no»" : "«level»", error.Message);
        });

    [Fact]
    public void An_infinite_feature_is_refused_by_every_method_that_takes_one() => Assert.All(
        from value in (float[])[float.PositiveInfinity, float.NegativeInfinity]
        from ask in (Action<Model, float>[])
        [
            (model, x) => model.Network.Predict([1, 2, x, 4]),
            (model, x) => model.Predict([1, 2, x, 4]),
            (model, x) => model.Predict([1, 2, x, 4], new float[4]),
            (model, x) => model.Classify([x, 2]),
            (model, x) => model.Predict([1.0, 2, x, 4]),
            (model, x) => model.Classify([(double)x, 2]),
            (_, x) => TableData.FromArrays([[1, x]], (string[])["no"], ["a", "b"]),
            (_, x) => TableData.FromArrays([[1, 2], [3, 4]], (float[])[1, x], ["a", "b"]),
        ]
        select (ask, value),
        entry => Assert.Contains(
            "infinit",
            Assert.ThrowsAny<HybridException>(() => entry.ask(
                Model.Create(NeuralNetwork.FromSizes([2, 2]).Activation("sigmoid"), ["a", "b"], ["no", "yes"]), entry.value)).Message,
            StringComparison.OrdinalIgnoreCase));

    /// <summary>Every command that prints a result computed from a model's outputs.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_command_refuses_a_non_finite_result(bool classes)
    {
        Broken(float.NaN, classes).Save(command.File("m.onnx"));
        command.Write("t.csv", classes ? "a,b,level\n1,2,no\n3,4,yes\n" : "a,b,level\n1,2,1.5\n3,4,2\n");
        command.Write("p.csv", "old");
        string[] parts = ["t.csv", classes ? "«no» is NaN" : "«level» is NaN", "example 1", "2 of 2"];

        foreach (var words in (string[][])
            [["predict", "m.onnx", "t.csv"], ["evaluate", "m.onnx", "t.csv"], ["evaluate", "m.onnx", "t.csv", "--json"]])
            Assert.Empty(command.Fail(1, parts, words).Output);

        command.Fail(1, parts, "predict", "m.onnx", "t.csv", "--output", "p.csv");
        Assert.Equal("old", File.ReadAllText(command.File("p.csv")));

        // what looks for such numbers says that there are some
        var diagnosis = command.Run("doctor", "m.onnx", "t.csv", "--json");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, diagnosis.Json.GetProperty("train").GetProperty("loss").ValueKind);
        Assert.Contains("not-finite", diagnosis.Output);
        var told = command.Succeed("doctor", "m.onnx", "t.csv").Lines;
        Assert.Contains("Training: not measured, because a result is NaN or infinite", told);
        var check = command.Run("gradcheck", "m.onnx", "t.csv", "--json");
        Assert.Equal((1, false), (check.Code, check.Json.GetProperty("passed").GetBoolean()));
    }

    [Fact]
    public void Row_numbers_count_through_a_long_table()
    {
        var model = Model.Create(NeuralNetwork.FromSizes([2, 1]), ["a", "b"]);
        model.Save(command.File("m.onnx"));
        // a network that knows nothing of missing values
        command.Write("t.csv", "a,b\n" + string.Concat(Enumerable.Range(1, 9000).Select(i => i == 8500 ? ",2\n" : "1,2\n")));
        command.Fail(1, ["t.csv", "example 8500"], "predict", "m.onnx", "t.csv");
    }

    [Fact]
    public void A_model_that_cannot_be_measured_is_kept()
    {
        // the one row of the test part gives a number that float32 cannot hold
        var test = Assert.Single(SplitModule.random(1, 0, 0.025, 40).Test);
        command.Write("t.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i =>
            i == test ? "3e38,-3e38,1\n" : $"{i % 7},{i % 5},{i % 2 + (i % 7)}\n")));
        var answer = command.Run(
            "train", "t.csv", "--epochs", "1", "--validation", "0", "--test", "0.025", "--task", "regression");

        Assert.Equal(1, answer.Code);
        Assert.Contains("a result that is NaN or infinite", answer.Errors);
        Assert.Contains("The trained model was saved as model.kept-1.onnx.", answer.Errors);
        Assert.Equal(["model.kept-1.onnx", "t.csv"], command.Names);
        command.Succeed("describe", "model.kept-1.onnx");
    }
}
