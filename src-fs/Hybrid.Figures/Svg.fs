namespace Hybrid.Figures

open System.Globalization
open System.Text

/// A part of an SVG document. Text and attributes are escaped when written.
type Element =
    | Element of name: string * attributes: (string * string) list * children: Element list
    | Text of string

/// The elements of figures, and how they are written.
module Svg =
    /// A coordinate in pixels, to two decimals.
    let number (x: float) : string =
        match x.ToString("0.##", CultureInfo.InvariantCulture) with
        | "-0" -> "0"
        | text -> text

    /// A group of elements with a class name.
    let group (name: string) (children: Element list) : Element =
        Element("g", [ "class", name ], children)

    /// The same, translated to the right and down.
    let moved (name: string) (x: float) (y: float) (children: Element list) : Element =
        Element("g", [ "class", name; "transform", $"translate({number x} {number y})" ], children)

    /// A straight line of a given width, in the colour of its class.
    let line (name: string) (width: float) (x1: float) (y1: float) (x2: float) (y2: float) : Element =
        Element(
            "line",
            [
                "class", name
                "x1", number x1
                "y1", number y1
                "x2", number x2
                "y2", number y2
                "stroke", "currentColor"
                "stroke-width", number width
            ],
            []
        )

    /// A filled rectangle, given its upper left corner, in the colour of its class.
    let rectangle (name: string) (x: float) (y: float) (width: float) (height: float) : Element =
        Element(
            "rect",
            [
                "class", name
                "x", number x
                "y", number y
                "width", number width
                "height", number height
                "fill", "currentColor"
            ],
            []
        )

    /// Characters that change how text is read, or are not allowed in XML, such as control characters and lone surrogates, are
    /// written as in JSON; U+FFFE and U+FFFF become U+FFFD.
    let private escape (text: string) (target: StringBuilder) =
        for rune in (Hybrid.Core.Printable.text text).EnumerateRunes() do
            match rune.Value with
            | 0x26 -> target.Append "&amp;"
            | 0x3C -> target.Append "&lt;"
            | 0x3E -> target.Append "&gt;"
            | 0x22 -> target.Append "&quot;"
            | value when value = 0xFFFE || value = 0xFFFF -> target.Append '\uFFFD'
            | _ -> target.Append(rune.ToString())
            |> ignore

    let rec private append (target: StringBuilder) (element: Element) =
        match element with
        | Text text -> escape text target
        | Element(name, attributes, children) ->
            target.Append('<').Append(name) |> ignore

            for name, value in attributes do
                target.Append(' ').Append(name).Append("=\"") |> ignore
                escape value target
                target.Append('"') |> ignore

            if List.isEmpty children then
                target.Append("/>\n") |> ignore
            else
                target.Append('>') |> ignore
                List.iter (append target) children
                target.Append("</").Append(name).Append(">\n") |> ignore

    /// The element as text; equal elements give equal text.
    let write (element: Element) : string =
        let target = StringBuilder()
        append target element
        target.ToString()
