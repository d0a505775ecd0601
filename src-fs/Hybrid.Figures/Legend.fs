namespace Hybrid.Figures

/// Names beside their symbols, above the data, which they never cover.
module internal Legend =
    let private symbolWidth = 28.0
    let private rowHeight = 22.0

    let private width (name: string, _: Element list) =
        symbolWidth + 7.0 + Style.textWidth Style.labelSize name + 18.0

    /// Rows of names that fit into the width.
    let private rows (room: float) (entries: (string * Element list) list) =
        let add rows entry =
            match rows with
            | row :: rest when List.sumBy width (entry :: row) <= room -> (entry :: row) :: rest
            | rows -> [ entry ] :: rows

        entries |> List.fold add [] |> List.rev |> List.map List.rev

    let private draw (top: float) (row: (string * Element list) list) =
        let place left (name, symbol) =
            let label =
                Style.text "legend-label ink" Style.labelSize "start" (symbolWidth + 7.0) 12.0 name

            Svg.moved "legend-entry" left top (symbol @ [ label ]), left + width (name, symbol)

        List.mapFold place 0.0 row |> fst

    /// The legend, its width and its height; empty if nothing has a name.
    let create (room: float) (entries: (string * Element list) list) : Element list * float * float =
        let entries = entries |> List.filter (fst >> (<>) "")
        let rows = rows room entries
        let width = rows |> List.map (List.sumBy width) |> List.fold max 0.0

        let elements =
            rows |> List.mapi (fun index -> draw (float index * rowHeight)) |> List.concat

        (if List.isEmpty elements then
             []
         else
             [ Svg.group "legend" elements ]),
        width,
        float rows.Length * rowHeight
