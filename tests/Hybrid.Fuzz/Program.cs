using Hybrid.Fuzz;
using Hybrid.Tests.Hostile;

const string Usage = """
    Coverage-guided fuzzing of the readers of models, tables and images, by AFL++ and SharpFuzz.

      dotnet run -c Release --project tests/Hybrid.Fuzz -- READER [--minutes M]   search; READER is one of: {0}
      dotnet run -c Release --project tests/Hybrid.Fuzz -- read READER FILE       read one file, as a search does
      dotnet run -c Release --project tests/Hybrid.Fuzz -- seeds                  write the corpus anew
      dotnet run -c Release --project tests/Hybrid.Fuzz -- check                  see that a planted fault is found and cut down
    """;

// Libraries that count what is reached may not be touched before SharpFuzz has given them the room to count in.
if (args is ["serve", var served])
{
    Target.Serve(() => HostileReader.All.Append(Planted.Reader).First(reader => reader.Name == served));
    return 0;
}

var names = string.Join(", ", HostileReader.All.Select(reader => reader.Name));
int Code(IReadOnlyList<FoundFile> findings) => findings.Count == 0 ? 0 : 1;
HostileReader? Named(string name) => HostileReader.All.FirstOrDefault(reader => reader.Name == name);

switch (args)
{
    case ["seeds"]:
        Corpus.Write();
        return 0;
    case ["check"]:
        var fault = Planted.Complaint();
        Console.WriteLine(fault ?? "The planted fault was found, cut down to its bytes, kept and named.");
        return fault is null ? 0 : 1;
    case ["read", var name, var file] when Named(name) is { } reader:
        var complaint = Target.Read(reader, File.ReadAllBytes(file));
        Console.WriteLine(complaint?.Text ?? "It is read, or refused in words.");
        return complaint is null ? 0 : 1;
    case [var name] when Named(name) is { } reader:
        return Code(Search.Run(reader, TimeSpan.FromMinutes(5)));
    case [var name, "--minutes", var minutes] when Named(name) is { } reader
        && double.TryParse(minutes, System.Globalization.CultureInfo.InvariantCulture, out var length) && length > 0:
        return Code(Search.Run(reader, TimeSpan.FromMinutes(length)));
    default:
        Console.Error.WriteLine(Usage, names);
        return 2;
}
