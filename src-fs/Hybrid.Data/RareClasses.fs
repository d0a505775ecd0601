namespace Hybrid.Data

open Hybrid.Core

/// Classes with too few examples for the parts of a split.
module internal RareClasses =
    /// How many classes a note lists.
    let private mostListed = 5

    /// A warning about classes of which a part has no example: it says nothing of them. Nothing if there are none.
    let find (names: string[]) (labels: int[]) (parts: (string * int[]) list) : Note list =
        let counts (rows: int[]) =
            let counts = Array.zeroCreate<int> names.Length

            for row in rows do
                counts[labels[row]] <- counts[labels[row]] + 1

            counts

        let parts =
            parts
            |> List.filter (fun (_, rows) -> rows.Length > 0)
            |> List.map (fun (name, rows) -> name, counts rows)

        let lacking =
            [
                for c in 0 .. names.Length - 1 do
                    match parts |> List.filter (fun (_, counts) -> counts[c] = 0) |> List.map fst with
                    | [] -> ()
                    | lacking ->
                        let total = parts |> List.sumBy (fun (_, counts) -> counts[c])
                        let none = lacking |> String.concat " or "

                        if total > 0 then
                            $"{Advice.quote names[c]} has {total}, none for {none}"
            ]

        match lacking with
        | [] -> []
        | _ ->
            let listed = lacking |> List.truncate mostListed |> String.concat "; "

            let more =
                match lacking.Length - mostListed with
                | left when left > 0 -> $"; and {left} more"
                | _ -> ""

            [
                {
                    Columns = []
                    Says =
                        $"{lacking.Length} of {names.Length} classes have too few examples for the parts, which are made all the same: {listed}{more}"
                    Remedies = [ Remedy.Do "collect more examples of them, or join rare classes into one" ]
                }
            ]
