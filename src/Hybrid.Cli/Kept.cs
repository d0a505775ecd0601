namespace Hybrid.Cli;

/// <summary>Keeps the result of hours of work from being lost to a full disk or a deleted folder: a file that cannot be written
/// where it belongs is written elsewhere.</summary>
static class Kept
{
    const int MostNames = 1000;

    /// <summary>Writes a file to its path or, failing that, under a free name next to it, in the current folder or in the one for
    /// temporary files.</summary>
    /// <param name="what">What it is, such as "the trained model".</param>
    /// <param name="path">Where it belongs.</param>
    /// <param name="write">Writes it to a path.</param>
    /// <param name="problems">Receives what went wrong, and where the file is instead.</param>
    /// <returns>Whether it is where it belongs.</returns>
    public static bool Write(string what, string path, Action<string> write, ICollection<string> problems)
    {
        try
        {
            write(path);
            return true;
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            problems.Add(error.Message);
            problems.Add(Elsewhere(what, path, write));
            return false;
        }
    }

    /// <summary>Writes a file under a different name, leaves the existing one, and returns where.</summary>
    public static string Elsewhere(string what, string path, Action<string> write)
    {
        var places = Places(path).ToArray();

        foreach (var place in places)
            try
            {
                write(place);
                return $"{char.ToUpperInvariant(what[0])}{what[1..]} was saved as {place}.";
            }
            catch (Exception error) when (IsOfFiles(error))
            {
                // the next place may be on another disk
            }

        return $"{char.ToUpperInvariant(what[0])}{what[1..]} could not be saved elsewhere either: {string.Join(", ", places)}.";
    }

    static bool IsOfFiles(Exception error) => error is HybridException or IOException or UnauthorizedAccessException;

    static IEnumerable<string> Places(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var extension = Path.GetExtension(path);

        string[] folders = [Path.GetDirectoryName(path) ?? "", "", Path.GetTempPath()];

        foreach (var folder in folders.DistinctBy(folder => Path.GetFullPath(folder.Length == 0 ? "." : folder)))
        {
            var free = Enumerable.Range(1, MostNames).Select(n => Path.Combine(folder, $"{name}.kept-{n}{extension}"))
                .FirstOrDefault(place => !File.Exists(place) && !Directory.Exists(place));
            if (free is not null)
                yield return free;
        }
    }
}
