using Hybrid.Tests.Hostile;

namespace Hybrid.Fuzz;

/// <summary>A file that a search found and a reader fails on.</summary>
/// <param name="Path">Where it is kept.</param>
/// <param name="Bytes">The file, cut smaller where it fails again.</param>
/// <param name="Complaint">How the reader fails on it; null if it does not fail again.</param>
sealed record FoundFile(string Path, byte[] Bytes, Complaint? Complaint)
{
    /// <summary>Cuts a file smaller and keeps it under a name that says when it was found.</summary>
    public static FoundFile Kept(HostileReader reader, string file)
    {
        var bytes = File.ReadAllBytes(file);
        var folder = Directory.CreateDirectory(
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), "hybrid-fuzz", reader.Name)).FullName;
        var path = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file).Replace(':', '-'));
        // a reader that ends the process leaves behind what it read
        File.WriteAllBytes(path, bytes);

        var complaint = Target.Read(reader, bytes);
        var smallest = complaint is null
            ? bytes
            : new Shrink(smaller => Target.Read(reader, smaller.Bytes)?.Kind == complaint.Kind)
                .Whole(new FuzzCase(reader.File, bytes, reader.Read)).Bytes;
        File.WriteAllBytes(path, smallest);
        return new FoundFile(path, smallest, complaint);
    }

    /// <summary>Where it is, how long, and what is wrong.</summary>
    public override string ToString() => $"{Path}, {Bytes.Length} bytes: {Complaint?.Text ?? "it does not fail again"}";
}
