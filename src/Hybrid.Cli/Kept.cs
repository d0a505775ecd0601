namespace Hybrid.Cli;

/// <summary>What hours of work have made is not lost to a full disk or a folder that has gone: what cannot be written where it
/// was to be is written elsewhere.</summary>
static class Kept
{
    const int MostNames = 1000;

    /// <summary>Writes a file where it is to be, or else beside it, into the current folder or into the one for temporary
    /// files, under a name that is free.</summary>
    /// <param name="what">What it is, such as "the trained model".</param>
    /// <param name="path">Where it is to be.</param>
    /// <param name="write">Writes it to a path.</param>
    /// <param name="problems">Is told what went wrong, and where the file is then.</param>
    /// <returns>Whether it is where it is to be.</returns>
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

    /// <summary>Writes a file beside the one that it was to be, which stays, and says where.</summary>
    public static string Elsewhere(string what, string path, Action<string> write)
    {
        var places = Places(path).ToArray();

        foreach (var place in places)
            try
            {
                write(place);
                return $"{char.ToUpperInvariant(what[0])}{what[1..]} was kept as {place}.";
            }
            catch (Exception error) when (IsOfFiles(error))
            {
                // the next place may be on another disk
            }

        return $"{char.ToUpperInvariant(what[0])}{what[1..]} could not be kept either, as {string.Join(" or as ", places)}.";
    }

    static bool IsOfFiles(Exception error) => error is HybridException or IOException or UnauthorizedAccessException;

    static IEnumerable<string> Places(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var extension = Path.GetExtension(path);

        foreach (var folder in (string[])[Path.GetDirectoryName(path) ?? "", "", Path.GetTempPath()])
        {
            var free = Enumerable.Range(1, MostNames).Select(n => Path.Combine(folder, $"{name}.kept-{n}{extension}"))
                .FirstOrDefault(place => !File.Exists(place) && !Directory.Exists(place));
            if (free is not null)
                yield return free;
        }
    }
}
