/// What every picture has to keep, so that it can be read.
module Hybrid.Tests.PictureRules

open System.Text.RegularExpressions
open System.Xml.Linq
open Hybrid.Figures
open Hybrid.Tests.FiguresTesting
open Xunit

/// Where a point of an element is on the whole figure: through the shifts and turns of all groups around it.
let onFigure =
    let numbers (text: string) =
        Regex.Matches(text, @"-?\d+(\.\d+)?")
        |> Seq.map (fun number -> float number.Value)
        |> Array.ofSeq

    let rec onFigure (element: XElement) (px: float, py: float) =
        if isNull element then
            px, py
        else
            let transform = attribute "transform" element
            let px, py = if transform.Contains "rotate(-90)" then py, -px else px, py

            match numbers (Regex.Match(transform, @"translate\([^)]*\)").Value) with
            | [| dx; dy |] -> onFigure element.Parent (px + dx, py + dy)
            | _ -> onFigure element.Parent (px, py)

    onFigure

/// The corners of a text on the whole figure, by the generous estimate of its width.
let box (text: XElement) =
    let size = number "font-size" text
    let width = Style.textWidth size text.Value

    let left =
        match attribute "text-anchor" text with
        | "start" -> number "x" text
        | "middle" -> number "x" text - width / 2.0
        | _ -> number "x" text - width

    let x1, y1 = onFigure text (left, number "y" text)
    let x2, y2 = onFigure text (left + width, number "y" text - 0.8 * size)
    min x1 x2, min y1 y2, max x1 x2, max y1 y2

/// All text is on the figure, and none lies on another.
let laidOut (root: XElement) =
    let boxes =
        root.Descendants(XName.Get("text", "http://www.w3.org/2000/svg"))
        |> Seq.filter (fun text ->
            text.Ancestors()
            |> Seq.forall (fun group ->
                not ((attribute "transform" group).Contains "rotate")
                || (attribute "transform" group).Contains "rotate(-90)"))
        |> Seq.map (fun text -> text.Value, box text)
        |> List.ofSeq

    for text, (left, top, right, bottom) in boxes do
        Assert.True(
            left >= 0.0
            && top >= 0.0
            && right <= number "width" root
            && bottom <= number "height" root,
            $"\"{text}\" leaves the figure: {left:F1} {top:F1} {right:F1} {bottom:F1}"
        )

    for (text, (l, t, r, b)), (text', (l', t', r', b')) in List.allPairs boxes boxes do
        if (text, l, t) < (text', l', t') then
            Assert.False(l < r' && l' < r && t < b' && t' < b, $"\"{text}\" lies on \"{text'}\"")

let private ancestors (name: string) (element: XElement) =
    element.Ancestors()
    |> Seq.filter (fun other -> (attribute "class" other).Split ' ' |> Array.contains name)

/// Points and words are not cut at the border of a panel, and are on the figure.
let wholeMarks (root: XElement) =
    for mark in List.collect (fun name -> ofClass name root) [ "points"; "dots"; "annotation" ] do
        Assert.Empty(ancestors "clipped" mark)

    for marker in
        ofClass "points" root
        |> List.collect (fun group -> List.ofSeq (group.Elements())) do
        let px, py =
            onFigure marker (attribute "d" marker |> points |> List.head |> List.head)

        Assert.InRange(px, 6.0, number "width" root - 6.0)
        Assert.InRange(py, 6.0, number "height" root - 6.0)

/// Each panel says what it shows.
let titled (root: XElement) =
    for chart in ofClass "chart" root do
        Assert.Contains(texts "title" chart, fun title -> title <> "")

/// Each connection of a network ends in an arrowhead of its colour, whose tip is ahead of it.
let arrowheads (root: XElement) =
    for weight in ofClass "weight" root do
        let head = weight.ElementsAfterSelf() |> Seq.head
        let colour = (attribute "class" weight).Split ' ' |> Array.last
        Assert.Equal($"head {colour}", attribute "class" head)

        let x1, y1, x2, y2 =
            number "x1" weight, number "y1" weight, number "x2" weight, number "y2" weight

        let tipX, tipY = attribute "d" head |> points |> List.head |> List.head
        Assert.True((tipX - x2) * (x2 - x1) + (tipY - y2) * (y2 - y1) > 0.0, $"{weight}")

let private colours (elements: XElement list) =
    elements
    |> List.map (fun element -> Regex.Match(attribute "class" element, @"series\d|ink|muted").Value)
    |> List.filter ((<>) "")
    |> List.distinct

let private series (root: XElement) =
    [ "line"; "points"; "dots"; "bars"; "band" ]
    |> List.collect (fun name -> ofClass name root)

/// Where a chart has several colours, the legend or words in that colour say what each means.
let explained (root: XElement) =
    for chart in ofClass "chart" root do
        let shown = ofClass "plane" chart |> List.collect series |> colours

        let named =
            (ofClass "legend" chart |> List.collect series)
            @ (ofClass "annotation" chart
               |> List.collect (fun group -> List.ofSeq (group.Elements())))
            |> colours

        if shown.Length > 1 then
            Assert.Empty(List.except named shown)

/// What the legend calls a colour has that colour.
let calledByName (root: XElement) =
    for entry in ofClass "legend-entry" root do
        for name, colour in [ "blue", Series 0; "red", Series 1; "green", Series 2 ] do
            if Regex.IsMatch(texts "legend-label" entry |> List.head, $@"\b{name}\b") then
                let symbol = entry.Elements() |> Seq.head
                Assert.Contains(Style.className colour, attribute "class" symbol)

/// Points every pixel along a curve.
let private along (curve: (float * float) list) =
    [
        for (x1, y1), (x2, y2) in List.pairwise curve do
            let steps = max 1 (int (sqrt ((x2 - x1) ** 2.0 + (y2 - y1) ** 2.0)))

            for step in 0 .. steps - 1 do
                let part = float step / float steps
                x1 + part * (x2 - x1), y1 + part * (y2 - y1)
    ]

/// No curve lies below an undashed one for more than a quarter of its length.
let unhidden (root: XElement) =
    let title = String.concat "; " (texts "title" root)

    for plane in ofClass "plane" root do
        let curves =
            ofClass "line" plane
            |> List.map (fun line ->
                attribute "stroke-dasharray" line, attribute "d" line |> points |> List.collect along)

        for index, (_, below) in List.indexed curves do
            for dashes, above in curves[index + 1 ..] do
                if dashes = "" && not below.IsEmpty then
                    let covers =
                        System.Collections.Generic.HashSet(above |> List.map (fun (x, y) -> round x, round y))

                    let hidden =
                        below |> List.filter (fun (x, y) -> covers.Contains((round x, round y)))

                    let share = float hidden.Length / float below.Length
                    Assert.True(share <= 0.25, $"{share:P0} of a curve is hidden in \"{title}\"")

/// Every rule of this module.
let keeps (figure: Figure) =
    let root = parse figure
    laidOut root
    wholeMarks root
    titled root
    arrowheads root
    explained root
    calledByName root
    unhidden root
