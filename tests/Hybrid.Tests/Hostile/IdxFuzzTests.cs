using Hybrid.Data;
using Xunit;

namespace Hybrid.Tests.Hostile;

public sealed class IdxFuzzTests
{
    const int Standard = 5_000;

    [Fact]
    public void A_folder_with_a_damaged_file_is_read_or_refused_and_never_more() => Fuzz.Run(Standard, Allowed, random =>
    {
        var (name, bytes) = new HostileImages(random).Draw();
        return new FuzzCase(name, bytes, path =>
        {
            Complete(Path.GetDirectoryName(path)!, name);
            DataSource.load(SourceOptionsModule.defaults, Path.GetDirectoryName(path)!);
        });
    });

    /// <summary>A constant, and for each byte a pixel, its column with a name, and its label.</summary>
    static long Allowed(byte[] file) => (4 << 20) + 200 * Packed.Unpacked(file);

    /// <summary>The other files are whole.</summary>
    static void Complete(string folder, string damaged)
    {
        foreach (var (name, bytes) in HostileImages.Whole)
        {
            var path = Path.Combine(folder, name);
            if (damaged == $"{name}.gz")
                File.Delete(path);
            else if (damaged != name && !File.Exists(path))
                File.WriteAllBytes(path, bytes);
        }
    }
}
