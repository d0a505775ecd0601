namespace Hybrid.Core

/// <summary>A value and the short text that is shown for it.</summary>
/// <remarks>The display of a type whose values are too large to print in full. F# Interactive applies its printers not to a value
/// that has a display but to the display, which therefore needs a type that says what it stands for.</remarks>
[<Sealed>]
type Shown<'value>(value: 'value, text: string) =
    /// What is shown.
    member _.Value = value
    override _.ToString() = text
