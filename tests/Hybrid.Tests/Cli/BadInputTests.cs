using System.IO.Compression;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Bad input gives a message that says where and what to do, and loses nothing.</summary>
public sealed class BadInputTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static string Rows(int count, Func<int, string> row) =>
        string.Concat(Enumerable.Range(0, count).Select(i => row(i) + "\n"));

    /// <summary>Tables unfit for training, with the parts of the message about them.</summary>
    public static TheoryData<string, string[]> Tables() => new()
    {
        { "", ["t.csv", "empty"] },
        { "a,b\n", ["header but no data rows"] },
        { "a,b\n1,2\n1,2,3\n", ["line 3", "expected 2 fields", "found 3"] },
        { "a,b\n" + Rows(30, i => $"{i},{i % 2}") + "x,1\n", ["line 32, column 1", "«x»", "--ignore a"] },
        { "a,b\n1,0\n-Infinity,1\n", ["line 3, column 1"] },
        { "id,b\n" + Rows(200, i => $"n{i},{i % 2}"), ["no column is left", "«id» (every row has its own text", "--categorical id"] },
        { "a,b\n1,x\n2,x\n", ["every example has the same class", "--target"] },
        { "a\n1\n2\n", ["fewer than 2 columns"] },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_unfit_for_training_is_refused(string text, string[] parts)
    {
        command.Write("t.csv", text);
        FailsToTrain(parts, "t.csv");
    }

    [Fact]
    public void A_missing_target_or_file_is_refused()
    {
        command.Write("t.csv", "a,b\n1,0\n2,1\n");
        FailsToTrain(["«c»", "The columns are a, b", "--target"], "t.csv", "--target", "c");
        FailsToTrain(["«c»", "--ignore"], "t.csv", "--ignore", "c");
        FailsToTrain(["none.csv", "no such file", "digits, iris"], "none.csv");
        command.Fail(2, ["--target applies only to tables in files", "«iris»"], "train", "iris", "--target", "species");
        command.Fail(2, ["--no-header applies only to tables in files", "«iris»"], "train", "iris", "--no-header");
    }

    [Fact]
    public void Damaged_image_files_are_refused()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4];
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, 2, 0, 1];
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(labels);

        void Write(string folder, byte[] imageBytes, string labelName, byte[] labelBytes)
        {
            Directory.CreateDirectory(command.File(folder));
            File.WriteAllBytes(Path.Combine(command.File(folder), "train-images-idx3-ubyte"), imageBytes);
            File.WriteAllBytes(Path.Combine(command.File(folder), labelName), labelBytes);
        }

        const string plain = "train-labels-idx1-ubyte", compressed = plain + ".gz";
        Write("magic", [1, .. images[1..]], plain, labels);
        Write("cut", images[..^1], plain, labels);
        Write("cutgz", images, compressed, zipped.ToArray()[..^9]);
        Write("more", images, plain, [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 1]);
        Directory.CreateDirectory(command.File("bare"));

        FailsToTrain(["magic", "IDX"], "magic");
        FailsToTrain(["truncated"], "cut");
        FailsToTrain(["gzip"], "cutgz");
        FailsToTrain(["3 labels for 2 images"], "more");
        FailsToTrain(["laid out like MNIST"], "bare");
    }

    [Fact]
    public void Outputs_that_cannot_be_written_are_refused_before_the_work()
    {
        command.Write("t.csv", "a,b\n1,0\n2,1\n");
        Directory.CreateDirectory(command.File("folder"));
        FailsToTrain(["none/m.onnx", "folder does not exist"], "iris", "--output", "none/m.onnx");
        FailsToTrain(["folder", "It is a folder"], "iris", "--output", "folder");
        FailsToTrain(["none/h.csv"], "iris", "--history", "none/h.csv");
        command.Fail(2, ["--output t.csv would overwrite"], "train", "t.csv", "--output", "t.csv");
        command.Fail(2, ["--history m.onnx would overwrite"], "train", "iris", "--output", "m.onnx", "--history", "m.onnx");

        command.Succeed("train", "iris", "--epochs", "1");
        command.Fail(1, ["none/p.csv"], "predict", "model.onnx", "iris", "--output", "none/p.csv");
        command.Fail(2, ["would overwrite"], "predict", "model.onnx", "t.csv", "--output", "t.csv");
        Assert.Equal(["folder", "model.onnx", "t.csv"], command.Names);
    }

    [Fact]
    public void Data_is_not_overwritten_through_a_link()
    {
        command.Write("t.csv", "a,b\n1,0\n2,1\n");
        File.CreateSymbolicLink(command.File("link.csv"), "t.csv");
        command.Fail(2, ["would overwrite"], "train", "t.csv", "--output", "link.csv");
        command.Fail(2, ["would overwrite"], "train", "link.csv", "--output", "t.csv");
        Assert.StartsWith("a,b", File.ReadAllText(command.File("t.csv")));
    }

    [Fact]
    public void Networks_too_large_for_the_machine_are_refused_before_they_are_built()
    {
        command.Fail(2, ["--hidden", "300,000 × 50,000"], "train", "iris", "--hidden", "300000,50000");
        command.Fail(2, ["--hidden", "MiB"], "train", "iris", "--hidden", "40000,40000");
        command.Fail(2, ["--validation", "leave nothing to train on"], "train", "iris", "--validation", "0.9");
    }

    [Fact]
    public void Numbers_among_many_texts_are_not_categories()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 60).Select(i => i % 4 == 0 ? $"n/a {i},{i % 2}" : $"{i}.5,{i % 2}"));
        command.Write("mixed.csv", "size,class\n" + rows + "\n");
        command.Fail(1, ["«size»", "different values", "«n/a 0» in line 2", "--categorical size"], "train", "mixed.csv");
    }

    [Fact]
    public void Files_that_are_not_models_are_refused()
    {
        command.Succeed("train", "iris", "--epochs", "1", "--output", "good.onnx");
        File.WriteAllBytes(command.File("cut.onnx"), File.ReadAllBytes(command.File("good.onnx"))[..^200]);
        command.Write("text.onnx", "This is not a model.");
        command.Write("empty.onnx", "");

        command.Fail(1, ["cut.onnx"], "evaluate", "cut.onnx", "iris");
        command.Fail(1, ["text.onnx"], "predict", "text.onnx", "iris");
        command.Fail(1, ["empty.onnx"], "describe", "empty.onnx");
        command.Fail(1, ["none.onnx", "does not exist"], "evaluate", "none.onnx", "iris");
    }

    [Fact]
    public void Data_that_do_not_match_the_model_are_refused()
    {
        command.Succeed("train", "iris", "--epochs", "1");
        command.Write("fewer.csv", "1,2,3\n4,5,6\n");
        command.Write("more.csv", "1,2,3,4,5,6\n");
        command.Write("named.csv", "a,b,c,d,e\n1,2,3,4,5\n");
        command.Write("unknown.csv", "5.1,3.5,1.4,0.2,rose\n");

        command.Fail(1, ["fewer.csv"], "predict", "model.onnx", "fewer.csv");
        command.Fail(1, ["more.csv", "6 columns", "expects 4"], "predict", "model.onnx", "more.csv");
        command.Fail(1, ["digits", "64 columns", "4"], "evaluate", "model.onnx", "digits");
        command.Fail(1, ["unknown.csv, line 1, column 5", "«rose»", "setosa"], "evaluate", "model.onnx", "unknown.csv");
        Assert.Empty(command.Fail(1, ["unknown.csv"], "evaluate", "model.onnx", "unknown.csv", "--json").Output);
    }

    /// <summary>Training fails, and the earlier model stays.</summary>
    void FailsToTrain(string[] parts, params string[] arguments)
    {
        command.Write("model.onnx", "old");
        command.Fail(1, parts, ["train", .. arguments]);
        Assert.Equal("old", File.ReadAllText(command.File("model.onnx")));
        File.Delete(command.File("model.onnx"));
    }
}
