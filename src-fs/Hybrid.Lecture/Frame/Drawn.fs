namespace Hybrid.Lecture

open System
open System.Globalization
open Hybrid.Figures

/// The contents of a figure, so that a picture can be compared with what it should show.
module internal Drawn =
    let rec private all (element: Element) : Element list =
        match element with
        | Text _ -> []
        | Element(_, _, children) -> element :: List.collect all children

    /// An attribute of an element; empty if it is absent.
    let attribute (name: string) (element: Element) : string =
        match element with
        | Text _ -> ""
        | Element(_, attributes, _) ->
            attributes
            |> List.tryFind (fst >> (=) name)
            |> Option.map snd
            |> Option.defaultValue ""

    /// An attribute as a number.
    let number (name: string) (element: Element) : float =
        Double.Parse(attribute name element, CultureInfo.InvariantCulture)

    /// The elements of a class, in their order.
    let ofClass (name: string) (figure: Figure) : Element list =
        figure.Content
        |> List.collect all
        |> List.filter (fun element -> (attribute "class" element).Split ' ' |> Array.contains name)

    /// The lines of a network's diagram whose two ends have the same horizontal position: there are
    /// none if no neuron is connected to one of its own layer.
    let within (figure: Figure) : Element list =
        ofClass "weight" figure
        |> List.filter (fun line -> number "x1" line = number "x2" line)
