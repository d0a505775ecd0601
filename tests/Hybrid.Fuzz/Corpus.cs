using System.Runtime.CompilerServices;
using System.Text;
using Hybrid.Tests.Hostile;
using Hybrid.Tests.Support;

namespace Hybrid.Fuzz;

/// <summary>The files that a search begins with: small whole ones of every form, made here, and what searches found.</summary>
static class Corpus
{
    /// <summary>Where a reader's files are.</summary>
    public static string Folder(HostileReader reader) => Path.Combine(Root(), reader.Name);

    /// <summary>Writes the whole files; what else is there stays.</summary>
    public static void Write()
    {
        Put(HostileReader.Model, "hidden", Bytes(NeuralNetwork.FromSizes([2, 3, 2], "relu").Softmax()));
        Put(HostileReader.Model, "tanh", Bytes(NeuralNetwork.FromSizes([1, 2, 1], "tanh")));
        Put(HostileReader.Model, "own", Own());
        Put(HostileReader.Model, "unknown", Unknown());
        Put(HostileReader.Table, "numbers", "a,b,c\n1,2,x\n3,4.5e-1,y\n?,NA,x\n");
        Put(HostileReader.Table, "categories", "a;b;c\n\"one\";1,5;2\n\"t\"\"wo\";2,5;3\none;;4\n");
        Put(Planted.Reader, "numbers", "a,b\n1,2\n3,4\n");
        Put(HostileReader.Rows, "names", "x1,x2,x3\n1,2,0\n3,4.5e-1,2\n?,,1\n");
        Put(HostileReader.Rows, "places", "1\t2\t0\n-3\t4\t1\n");
        foreach (var (name, bytes) in HostileImages.Whole)
            if (name.StartsWith("train-images", StringComparison.Ordinal))
            {
                Put(HostileReader.Images, "plain", bytes);
                Put(HostileReader.Images, "packed", Packed.Gzip(bytes));
            }

        Put(HostileReader.Pictures, "png", Pictures.Png(4, 3, 2, [.. Enumerable.Range(0, 36).Select(i => (byte)(7 * i))]));
        Put(HostileReader.Pictures, "passes", Pictures.Png(2, 2, 0, depth: 8, isInterlaced: true, [0, 1, 0, 2, 0, 3, 4]));
        Put(HostileReader.Pictures, "jpeg", Pictures.GreyJpeg);
        Put(HostileReader.Pictures, "progressive", Pictures.ProgressiveJpeg);
    }

    static byte[] Bytes(NeuralNetwork network)
    {
        using var folder = new Tests.Support.TemporaryFolder();
        network.Save(folder.File("model.onnx"));
        return File.ReadAllBytes(folder.File("model.onnx"));
    }

    /// <summary>A model with names, categories and preprocessing.</summary>
    static byte[] Own()
    {
        using var folder = new Tests.Support.TemporaryFolder();
        File.WriteAllText(folder.File("data.csv"), "size,colour,kind\n" + string.Concat(Enumerable.Repeat("1,red,a\n2,blue,b\n", 10)));
        var options = new TrainingOptions { Hidden = [2], Epochs = 1, Threads = 1 };
        Trainer.Train(TableData.Load(folder.File("data.csv")), options).Model.Save(folder.File("model.onnx"));
        return File.ReadAllBytes(folder.File("model.onnx"));
    }

    /// <summary>Unknown fields of every sort, groups among them, in a model and in its graph: parsers pass over them.</summary>
    static byte[] Unknown()
    {
        byte[] fields =
            [0x98, 6, 1, 0x91, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0x9a, 6, 2, 8, 1, 0xa3, 6, 8, 1, 0xa4, 6, 0x9d, 6, 0, 0, 0, 0];
        return [8, 8, .. fields, 0x3a, (byte)fields.Length, .. fields, 0x42, 2, 16, 17];
    }

    static void Put(HostileReader reader, string name, string text) => Put(reader, name, Encoding.UTF8.GetBytes(text));

    static void Put(HostileReader reader, string name, byte[] bytes) =>
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Folder(reader)).FullName, name), bytes);

    static string Root([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Corpus");
}
