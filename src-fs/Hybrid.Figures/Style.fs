namespace Hybrid.Figures

open System

/// The meaning of a colour. The same meaning has the same colour in every figure, on light and dark backgrounds.
type Colour =
    /// One of several things that are compared, counted from 0. From 6 on the colours repeat, with dashes.
    | Series of int
    /// The colour of text, for what others are compared with.
    | Ink
    /// For what stays in the background.
    | Muted

/// What all figures share: colours, fonts, sizes.
module Style =
    /// The number of series before colours repeat.
    let seriesCount = 6

    let titleSize = 18.0
    let labelSize = 15.0
    let tickSize = 13.5

    /// The position of a number in a cycle, also for negative numbers.
    let internal cycle (length: int) (index: int) = ((index % length) + length) % length

    /// The class of elements with this colour.
    let className (colour: Colour) : string =
        match colour with
        | Series index -> $"series{cycle seriesCount index}"
        | Ink -> "ink"
        | Muted -> "muted"

    // Blue, red, green, rose, indigo, brown and similar colours, so that legends can use these names: a contrast of at least 3:1
    // with the background, and distinct for every kind of colour vision.
    let private light =
        [ "#0072b2"; "#d92b1c"; "#00916a"; "#c9568f"; "#43308f"; "#6b4300" ],
        "#ffffff",
        "#1b1f24",
        "#5b6570",
        "#e4e7eb"

    let private dark =
        [ "#4aa8e8"; "#ff6b57"; "#2fc796"; "#f29ac0"; "#c9d6ff"; "#ffe14d" ],
        "#14181d",
        "#eceff2",
        "#a3adb8",
        "#2d343c"

    let private rules (series: string list, paper: string, ink: string, muted: string, faint: string) =
        let named = [ "paper", paper; "ink", ink; "muted", muted; "faint", faint ]

        (series |> List.mapi (fun index colour -> $"series{index}", colour)) @ named
        |> List.map (fun (name, colour) -> $".hybrid .{name}{{color:{colour}}}")
        |> String.concat ""
        |> fun colours -> $"{colours}.hybrid .edged{{stroke:{paper}}}"

    /// The figure's style sheet. Programs that do not support colour schemes show the light one.
    let sheet = $"{rules light}@media (prefers-color-scheme:dark){{{rules dark}}}"

    let fonts = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"

    /// A generous estimate of a text's width in pixels: the font is not known until the figure is shown.
    let textWidth (size: float) (text: string) : float =
        let width (character: char) =
            if "iljtfrI.,:;'|!()[]/ ".Contains character then 0.38
            elif "mwMW@%".Contains character then 0.98
            elif "⁰¹²³⁴⁵⁶⁷⁸⁹⁻".Contains character then 0.42
            elif "×−+=<>~".Contains character then 0.84
            elif Char.IsUpper character then 0.72
            else 0.63

        size * Seq.sumBy width text

    /// The text in lines of at most this width, where its words permit.
    let wrap (size: float) (width: float) (text: string) : string list =
        let add (lines: string list) (word: string) =
            match lines with
            | line :: rest when textWidth size $"{line} {word}" <= width -> $"{line} {word}" :: rest
            | lines -> word :: lines

        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        |> Array.fold add []
        |> List.rev

    /// One line of text; the anchor is start, middle or end.
    let text (name: string) (size: float) (anchor: string) (x: float) (y: float) (text: string) : Element =
        Element(
            "text",
            [
                "class", name
                "x", Svg.number x
                "y", Svg.number y
                "font-size", Svg.number size
                "text-anchor", anchor
                "fill", "currentColor"
            ],
            [ Text text ]
        )

    /// The distance between lines of text.
    let private lineHeight (size: float) = 1.3 * size

    /// The height of lines of text, in pixels.
    let linesHeight (size: float) (lines: string list) : float = lineHeight size * float lines.Length

    /// The width of the widest line of text, in pixels.
    let linesWidth (size: float) (lines: string list) : float =
        lines |> List.map (textWidth size) |> List.fold max 0.0

    /// Several lines of text, starting at the baseline of the first.
    let lines
        (name: string)
        (size: float)
        (anchor: string)
        (x: float)
        (y: float)
        (lines: string list)
        : Element list =
        lines
        |> List.mapi (fun index line -> text name size anchor x (y + lineHeight size * float index) line)
