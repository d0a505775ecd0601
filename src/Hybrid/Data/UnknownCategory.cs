namespace Hybrid;

/// <summary>What to do about a category that a model does not know.</summary>
public enum UnknownCategory
{
    /// <summary>It is an error that names the category and those that the model knows.</summary>
    Error,

    /// <summary>It counts as a missing value.</summary>
    Missing,

    /// <summary>It counts as a missing value, and so does a text in a column of numbers that is no number: as with
    /// <see cref="RowErrors.Missing"/>.</summary>
    AllMissing,
}
