/// What the tests of figures share: the SVG read back as XML, and its parts by their classes.
module Hybrid.Tests.FiguresTesting

open System.Globalization
open System.Text.RegularExpressions
open System.Xml.Linq
open Hybrid.Core
open Hybrid.Figures

let interval lower upper : Interval = { Lower = lower; Upper = upper }

let x, y = Axis.linear "x", Axis.linear "y"

let parse (figure: Figure) : XElement =
    XDocument.Parse(Figure.toSvg figure).Root

/// A chart of 400 by 200 pixels, drawn and read back.
let chart (x: Axis) (y: Axis) (marks: Mark list) : XElement =
    Chart.create "title" x y marks |> Chart.sized 400.0 200.0 |> Chart.draw |> parse

let attribute (name: string) (element: XElement) : string =
    match element.Attribute(XName.Get name) with
    | null -> ""
    | attribute -> attribute.Value

let number (name: string) (element: XElement) : float =
    System.Double.Parse(attribute name element, CultureInfo.InvariantCulture)

/// The elements that bear a class, in their order.
let ofClass (name: string) (root: XElement) : XElement list =
    root.Descendants()
    |> Seq.filter (fun element -> (attribute "class" element).Split ' ' |> Array.contains name)
    |> List.ofSeq

let texts (name: string) (root: XElement) : string list = ofClass name root |> List.map _.Value

/// The part of a chart that shows the marks.
let plane (root: XElement) : XElement = ofClass "plane" root |> List.exactlyOne

/// The absolute points M, L, H and V of a path, in pixels of the plane, one list after each M.
let points (path: string) : (float * float) list list =
    let numbers (text: string) =
        text.Split([| ' '; ',' |], System.StringSplitOptions.RemoveEmptyEntries)
        |> Array.map (fun text -> System.Double.Parse(text, CultureInfo.InvariantCulture))

    (([], (0.0, 0.0)), Regex.Matches(path, "([MLHVZ])([^A-Za-z]*)"))
    ||> Seq.fold (fun (runs, (x, y)) part ->
        let add point =
            match runs with
            | run :: rest -> ((point :: run) :: rest), point
            | [] -> [ [ point ] ], point

        match part.Groups[1].Value, numbers part.Groups[2].Value with
        | "M", [| x; y |] -> ([ x, y ] :: runs), (x, y)
        | "L", [| x; y |] -> add (x, y)
        | "H", [| x |] -> add (x, y)
        | "V", [| y |] -> add (x, y)
        | _ -> runs, (x, y))
    |> fst
    |> List.rev
    |> List.map List.rev

let path (name: string) (root: XElement) : (float * float) list list =
    ofClass name (plane root) |> List.exactlyOne |> attribute "d" |> points

/// The centres of the markers of a series of points.
let markers (name: string) (root: XElement) : (float * float) list =
    ofClass name (plane root)
    |> List.collect (fun group -> List.ofSeq (group.Elements()))
    |> List.map (attribute "d" >> points >> List.head >> List.head)
