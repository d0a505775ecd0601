namespace Hybrid.Figures

/// A picture with a size in pixels.
type Figure =
    {
        Title: string
        Width: float
        Height: float
        /// The distance from the top to the part that is aligned across a row of figures.
        Top: float
        Content: Element list
    }

module Figure =
    let private gap = 20.0

    let private nonEmpty (figures: Figure list) =
        if List.isEmpty figures then
            raise (FigureException("figures", "there are none to combine. Give at least one."))

        figures |> List.map _.Title |> List.filter ((<>) "") |> String.concat "; "

    /// <summary>Figures side by side.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">There are no figures.</exception>
    let row (figures: Figure list) : Figure =
        let title = nonEmpty figures
        let top = figures |> List.map _.Top |> List.max

        let place left (figure: Figure) =
            Svg.moved "panel" left (top - figure.Top) figure.Content, left + figure.Width + gap

        let panels, right = List.mapFold place 0.0 figures

        {
            Title = title
            Width = right - gap
            Height = figures |> List.map (fun figure -> top - figure.Top + figure.Height) |> List.max
            Top = top
            Content = panels
        }

    /// <summary>Figures one below the other.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">There are no figures.</exception>
    let column (figures: Figure list) : Figure =
        let title = nonEmpty figures

        let place top (figure: Figure) =
            Svg.moved "panel" 0.0 top figure.Content, top + figure.Height + gap

        let panels, bottom = List.mapFold place 0.0 figures

        {
            Title = title
            Width = figures |> List.map _.Width |> List.max
            Height = bottom - gap
            Top = figures.Head.Top
            Content = panels
        }

    /// <summary>The figure as the text of an SVG file. Viewers that prefer dark colours get dark ones; programs without such a
    /// preference show the light ones.</summary>
    let toSvg (figure: Figure) : string =
        let width, height = ceil figure.Width, ceil figure.Height

        let attributes =
            [
                "xmlns", "http://www.w3.org/2000/svg"
                "class", "hybrid"
                "width", Svg.number width
                "height", Svg.number height
                "viewBox", $"0 0 {Svg.number width} {Svg.number height}"
                "font-family", Style.fonts
                "role", "img"
            ]

        Element(
            "svg",
            attributes,
            [
                Element("title", [], [ Text figure.Title ])
                Element("style", [], [ Text Style.sheet ])
                Svg.rectangle "paper" 0.0 0.0 width height
            ]
            @ figure.Content
        )
        |> Svg.write
