namespace Hybrid.Figures

open System

/// What a colour means. The same meaning has the same colour in every figure, on a light and on a dark ground.
type Colour =
    /// One of several things that are compared, counted from 0. From 6 on the colours come again, with other dashes.
    | Series of int
    /// The colour of the text: what the others are compared with.
    | Ink
    /// What stays in the background.
    | Muted

/// What all figures have in common: colours, letters, sizes.
module Style =
    /// How many series there are before the colours come again.
    let seriesCount = 6

    let titleSize = 18.0
    let labelSize = 15.0
    let tickSize = 13.5

    /// A number's place in a cycle, also for negative numbers.
    let internal cycle (length: int) (index: int) = ((index % length) + length) % length

    /// The class that an element of this colour bears.
    let className (colour: Colour) : string =
        match colour with
        | Series index -> $"series{cycle seriesCount index}"
        | Ink -> "ink"
        | Muted -> "muted"

    // Blue, red, green, rose, indigo, brown and their like, so that legends can call them so: at least 3:1 against the
    // ground, and apart for every kind of colour vision.
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

    /// The figure's style sheet. Programs that know no colour schemes show the light one.
    let sheet = $"{rules light}@media (prefers-color-scheme:dark){{{rules dark}}}"

    let fonts = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"

    /// A generous estimate of a text's width in pixels: fonts are not known before the figure is shown.
    let textWidth (size: float) (text: string) : float =
        let width (character: char) =
            if "iljtfrI.,:;'|!()[]/ ".Contains character then 0.38
            elif "mwMW@%".Contains character then 0.98
            elif "⁰¹²³⁴⁵⁶⁷⁸⁹⁻".Contains character then 0.42
            elif "×−+=<>~".Contains character then 0.84
            elif Char.IsUpper character then 0.72
            else 0.63

        size * Seq.sumBy width text

    /// The text in lines of at most this width where its words allow.
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

    /// From one line of text to the next.
    let private lineHeight (size: float) = 1.3 * size

    /// How high lines of text are, in pixels.
    let linesHeight (size: float) (lines: string list) : float = lineHeight size * float lines.Length

    /// How wide the widest of some lines of text is, in pixels.
    let linesWidth (size: float) (lines: string list) : float =
        lines |> List.map (textWidth size) |> List.fold max 0.0

    /// Several lines of text, from the first one's baseline down.
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
