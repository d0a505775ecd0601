using Hybrid.Data;
using Hybrid.Onnx;
using Microsoft.FSharp.Core;

namespace Hybrid.Tests.Hostile;

/// <summary>A reader of untrusted files: it reads them, or refuses them with a message.</summary>
/// <param name="Name">What its files are.</param>
/// <param name="File">What such a file is called.</param>
/// <param name="Allowed">How many bytes the reading of a file may allocate.</param>
/// <param name="Read">Reads the file at a path.</param>
sealed record HostileReader(string Name, string File, Func<byte[], long> Allowed, Action<string> Read)
{
    const int Examples = 3;

    /// <summary>Tables as they were in training, with a category and classes.</summary>
    public static IReadOnlyList<Schema> Schemas { get; } =
    [
        new(
            [new("size", ColumnKind.Numeric), new("colour", ColumnKind.NewCategory(["red", "green", "blue"])), new("rooms", ColumnKind.Numeric)],
            [ColumnModule.numeric("price")], ReadingModule.plain),
        new([new("x1", ColumnKind.Numeric), new("x2", ColumnKind.Numeric)], [new("x3", ColumnKind.NewCategory(["0", "1", "2"]))], ReadingModule.plain),
    ];

    /// <summary>What may be computed of constants, 2²² numbers of 64 bytes in all the forms that they go through, and what the
    /// file's own numbers take in those.</summary>
    public static HostileReader Model { get; } = new(
        "model", "model.onnx", file => (256L << 20) + 400L * file.Length, path =>
        {
            WriteAgain(path);
            Predict(path);
        });

    /// <summary>A constant, and for each byte what the columns of a single row of them take.</summary>
    public static HostileReader Table { get; } = new(
        "table", "table.csv", file => (4 << 20) + 400 * Packed.Unpacked(file),
        path => DataSource.load(SourceOptionsModule.defaults, path));

    /// <summary>A table for a model of two numbers and three classes.</summary>
    public static HostileReader Rows { get; } = new(
        "rows", Table.File, Table.Allowed,
        path => DataSource.loadFor(Schemas[1], SourceOptionsModule.defaults, ModelCsvOptionsModule.evaluate, path));

    /// <summary>The images of a folder whose labels are whole: a constant, and for each byte a pixel, its column with a name, and
    /// its label.</summary>
    public static HostileReader Images { get; } = new(
        "images", "train-images-idx3-ubyte", file => (4 << 20) + 200 * Packed.Unpacked(file), path =>
        {
            var folder = Path.GetDirectoryName(path)!;
            HostileImages.Complete(folder, Path.GetFileName(path));
            DataSource.load(SourceOptionsModule.defaults, folder);
        });

    /// <summary>A PNG or JPEG file, in a folder for each of two classes: a constant, which holds an image of the most numbers in the
    /// forms that it goes through.</summary>
    public static HostileReader Pictures { get; } = new(
        "pictures", "picture.png", file => (8 << 20) + 10L * file.Length, path =>
        {
            var root = Path.Combine(Path.GetDirectoryName(path)!, "pictures");
            foreach (var label in new[] { "a", "b" })
            {
                var folder = Directory.CreateDirectory(Path.Combine(root, label)).FullName;
                System.IO.File.Copy(path, Path.Combine(folder, "1.png"), overwrite: true);
            }

            DataSource.imageFiles(null, FSharpOption<ImageDecoder>.Some(Hybrid.Images.ImageFiles.Decoder), root);
        });

    public static IReadOnlyList<HostileReader> All => [Model, Table, Rows, Images, Pictures];

    /// <summary>A model that was read can be written, and then reads back and writes the same.</summary>
    static void WriteAgain(string path)
    {
        Exchange.OnnxModel model;
        try
        {
            model = OnnxFile.Read(path);
        }
        catch (OnnxException)
        {
            return;
        }

        var written = OnnxFile.ToBytes(model);
        if (!written.AsSpan().SequenceEqual(OnnxFile.ToBytes(OnnxFile.Parse(written, "again.onnx"))))
            throw new InvalidOperationException("What was written is read as something else.");
    }

    /// <summary>The file is a model that predicts some rows, or is refused.</summary>
    static void Predict(string path)
    {
        var model = Hybrid.Model.Load(path);
        model.Predict(Array.ConvertAll(RandomModule.normals(5, Examples * model.Inputs), value => 2 * value));
    }
}
