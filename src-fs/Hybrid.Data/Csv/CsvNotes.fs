namespace Hybrid.Data

open Hybrid.Core

/// What is said about a table that is read to train on.
module internal CsvNotes =
    /// A problem with a column: its line and field, if it has them.
    type Problem =
        {
            Line: int option
            Field: int option
            Says: string
            Remedies: Remedy list
        }

    /// Of more problems than this, only the first ones are named: they are likely to be of one kind.
    [<Literal>]
    let private mostListed = 5

    let problem line field says remedies : Problem =
        {
            Line = line
            Field = field
            Says = says
            Remedies = remedies
        }

    let note columns says remedies : Note =
        {
            Columns = columns
            Says = says
            Remedies = remedies
        }

    /// All problems in one message.
    let refuse source (problems: Problem list) =
        match problems with
        | [] -> ()
        | [ one ] -> DataFile.failWith source one.Line one.Field one.Says one.Remedies
        | several ->
            let place (problem: Problem) =
                match problem.Line with
                | Some line -> $"line {line}: "
                | None -> ""

            let listed =
                several
                |> List.map (fun problem -> place problem + problem.Says.TrimEnd '.')
                |> Advice.some mostListed

            // the first one for each, and each once, whatever it is set to
            let remedies =
                several
                |> List.truncate mostListed
                |> List.collect _.Remedies
                |> List.distinct
                |> List.truncate 6

            DataFile.failWith source None None $"there are {several.Length} problems: {listed}." remedies

    /// Columns for the same reason, in one note.
    let leftOut (columns: (string * string * Remedy list) list) : Note list =
        columns
        |> List.groupBy (fun (_, says, _) -> says)
        |> List.map (fun (says, same) ->
            let names = same |> List.map (fun (name, _, _) -> name)
            let remedies = same |> List.collect (fun (_, _, remedies) -> remedies)
            let listed = names |> Seq.map Advice.quote |> Advice.some 20

            note
                names
                $"left out {listed}: {says}"
                (if same.Length = 1 then
                     remedies
                 else
                     List.truncate 1 remedies))

    let ofHeader (options: CsvOptions) (scan: CsvScan) hasHeader (names: string[]) =
        let isNumber = NumberText.tryAny >> Option.isSome

        let nameless =
            [
                for i in 0 .. scan.First.Length - 1 do
                    if hasHeader && scan.First[i] <> names[i] then
                        i
            ]

        [
            if scan.Form.Titles > 0 then
                let lines =
                    if scan.Form.Titles = 1 then
                        "1 line"
                    else
                        $"{scan.Form.Titles} lines"

                note [] $"{lines} with one field above the table left out" []

            if not hasHeader && options.Header.IsNone then
                note
                    []
                    $"the first row holds data, not names, since its values fit the columns below: the columns are called x1 to x{names.Length}"
                    [ Advice.header ]
            let numbers = scan.First |> Array.filter isNumber

            if
                hasHeader
                && options.Header.IsNone
                && numbers.Length > 0
                && 2 * numbers.Length >= (scan.First |> Array.filter ((<>) "")).Length
            then
                let why =
                    if scan.Form.QuotesNames then
                        "is quoted, unlike numbers below it"
                    else
                        "does not fit the rows below"

                note
                    []
                    $"the first row holds names, not data, although {Advice.some 3 (Array.map Advice.quote numbers)} in it are numbers, since it {why}"
                    [ Advice.noHeader ]

            for i in nameless do
                if scan.Below.Length > 0 && (scan.First[i] <> "" || scan.Below[i].Present > 0) then
                    let now = Advice.quote names[i]

                    if scan.First[i] = "" then
                        note [ names[i] ] $"a column without a name is called {now}" []
                    else
                        note
                            [ names[i] ]
                            $"the name {Advice.quote scan.First[i]} occurs again and is then called {now}"
                            []
        ]
