namespace Hybrid.Tests.Hostile;

/// <summary>A damaged or hostile file.</summary>
/// <param name="Name">What it is called, which may decide how it is read.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="Read">Reads it, at the path where it has been put.</param>
/// <param name="Smaller">Files that lack one part, where the format has parts that do not stand side by side.</param>
sealed record FuzzCase(
    string Name, byte[] Bytes, Action<string> Read, Func<byte[], IEnumerable<byte[]>>? Smaller = null);
