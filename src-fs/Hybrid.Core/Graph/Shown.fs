namespace Hybrid.Core

/// <summary>A value and the short text that it is shown by.</summary>
/// <remarks>The display of a type whose values are too large to be printed whole. F# Interactive asks its printers about no
/// value that has a display, but about the display: so that needs a type that says what it stands for.</remarks>
[<Sealed>]
type Shown<'value>(value: 'value, text: string) =
    /// What is shown.
    member _.Value = value
    override _.ToString() = text
