namespace Hybrid.Data

open Hybrid.Core

/// Examples that measure a network, compared with those that it learned from.
module internal OtherPart =
    let private note says remedies : Note =
        {
            Columns = []
            Says = says
            Remedies = remedies
        }

    /// Such as 2 of 4 (50.0 %).
    let percent (part: int) (whole: int) : string =
        let share = 100.0 * float part / float whole
        $"{part} of {whole} ({share:F1} %%)"

    /// What is said of a part's examples with a twin among those that are learned from.
    let twins (part: string) (count: int) (examples: int) : Note list =
        if count = 0 then
            []
        else
            [
                note
                    $"{percent count examples} {part} examples are repeated in the training part, with the same values and target: they measure what the network remembers, not how well it generalizes"
                    [ Remedy.Do "delete repeated rows, unless they are separate observations" ]
            ]

    /// How many examples of the second column's groups are in groups of the first one, and one of these groups.
    let private inGroups (learned: SplitColumn) (rows: int[]) (own: SplitColumn) : int * string =
        let known =
            rows |> Array.map (fun row -> learned.Groups[int learned.Values[row]]) |> set

        let own = own.Values |> Array.map (fun group -> own.Groups[int group])
        let again = own |> Array.filter known.Contains
        again.Length, again |> Array.tryHead |> Option.defaultValue ""

    /// As Traps.ofOwn says.
    let notes (table: Table) (training: int[]) (part: string) (own: Table) : Note list =
        let says count why : Note list =
            if count = 0 then
                []
            else
                [
                    note $"{percent count own.Examples} {part} examples of {own.Source} {why}" []
                ]

        [
            yield! twins part (Twins.counter table training own [| 0 .. own.Examples - 1 |]) own.Examples
            match table.SplitBy, own.SplitBy with
            | Some({ Role = SplitRole.Group name } as learned), Some({ Role = SplitRole.Group _ } as groups) ->
                let count, first = inGroups learned training groups

                yield!
                    says
                        count
                        $"are of groups ({Advice.quote name}) that are learned from too, such as {Advice.quote first}: they measure memory of the group"
            | Some({ Role = SplitRole.Time name } as learned), Some({ Role = SplitRole.Time _ } as times) when
                training.Length > 0
                ->
                let last = training |> Seq.map (fun row -> learned.Values[row]) |> Seq.max
                let count = times.Values |> Array.filter (fun time -> time < last) |> Array.length

                yield!
                    says
                        count
                        $"are earlier ({Advice.quote name}) than the latest one that is learned from: it may know what came after them"
            | Some { Role = role }, None when own.Examples > 0 ->
                note
                    $"whether {part} examples are of groups or times that are learned from cannot be said: {own.Source} has no column {Advice.quote (SplitRole.column role)}"
                    []
            | _ -> ()
        ]
