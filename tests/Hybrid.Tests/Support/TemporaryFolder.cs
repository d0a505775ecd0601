namespace Hybrid.Tests.Support;

/// <summary>A temporary folder, deleted with its contents at the end.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hybrid-tests-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The names in the folder, in order.</summary>
    public string[] Names() =>
        [.. Directory.GetFileSystemEntries(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)!];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
