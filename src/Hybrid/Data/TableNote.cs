using Hybrid.Data;

namespace Hybrid;

/// <summary>What was decided or found when data was read.</summary>
/// <param name="Columns">The columns that it is about; none if it is about all of the data.</param>
/// <param name="Says">What was decided or found.</param>
/// <param name="Remedies">What to do if that is not wanted.</param>
public sealed record TableNote(IReadOnlyList<string> Columns, string Says, IReadOnlyList<Remedy> Remedies)
{
    internal static IReadOnlyList<TableNote> Of(IEnumerable<Note> notes) =>
        [.. notes.Select(note => new TableNote([.. note.Columns], note.Says, [.. note.Remedies]))];

    /// <summary>What is said, and what to do, with options by the names that this library uses.</summary>
    public override string ToString() => Remedy.Sentence(Remedies) is { Length: > 0 } advice ? $"{Says}. {advice}" : $"{Says}.";
}
