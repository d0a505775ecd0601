namespace Hybrid.Certification

open System
open Hybrid.Core
open Hybrid.Models
open Hybrid.Verification

/// By how much a row may move before its class changes, as multiples of the radii.
[<Struct>]
type Margin =
    {
        /// The greatest multiple for which the class is proved to stay; NaN if there is none.
        Proved: float
        /// The least multiple with a row of another class, found and proved; ∞ if none was found.
        Attacked: float
    }

/// Margins by bisection: a proof for a multiple is one for all smaller ones, and a row that is found bounds the margin by its own
/// distance.
module internal Margins =
    /// Bounds of a margin closer to each other than this factor are not improved.
    let private precision = 1.02

    /// Searches take at most this many steps.
    let private mostSteps = 60

    /// Beyond this multiple of the first one, a margin counts as unlimited.
    let private farthest = 1e6

    /// Boxes are split for at most this many multiples.
    let private mostSplit = 8

    let private points, private steps = 64, 12

    /// What is known about an item: proofs succeed up to Proved, and one failed at Failed; attacks failed up to Missed, and one
    /// succeeded at Found.
    [<NoComparison; NoEquality>]
    type private State =
        {
            mutable Proved: float
            mutable Failed: float
            mutable Missed: float
            mutable Found: float
        }

    let none: Margin = { Proved = nan; Attacked = infinity }

    /// The margin of a row that is not given its own class.
    let wrong: Margin = { Proved = nan; Attacked = 0.0 }

    /// The margin of a row with several combinations of categories.
    let together (margins: Margin seq) : Margin =
        margins
        |> Seq.reduce (fun a b ->
            {
                // NaN where either is
                Proved = Math.Min(a.Proved, b.Proved)
                Attacked = min a.Attacked b.Attacked
            })

    /// The multiple of the radii at which a row lies, rounded up.
    let private distance (freedoms: Freedom[]) (row: float32[]) (other: float32[]) : float =
        let mutable greatest = 0.0

        for j in 0 .. row.Length - 1 do
            match freedoms[j] with
            | Freedom.Within radius when radius > 0.0 && not (Single.IsNaN row[j]) ->
                greatest <- max greatest (abs (float other[j] - float row[j]) / radius)
            | _ -> ()

        Math.BitIncrement(Math.BitIncrement greatest)

    /// Between two multiples, the first of which may be 0.
    let private middle (low: float) (high: float) (first: float) =
        if low > 0.0 then
            sqrt (low * high)
        else
            max (high / 8.0) (first * 1e-9)

    /// <summary>The margins of some items of one case and class.</summary>
    /// <param name="options">When to stop.</param>
    /// <param name="tool">Of the case and the class.</param>
    /// <param name="freedoms">The radii.</param>
    /// <param name="first">The multiple to begin with.</param>
    /// <param name="box">An item's box for a multiple of the radii.</param>
    /// <param name="items">The items; each is given its class.</param>
    let find
        (options: CertifyOptions)
        (tool: ClassTool)
        (freedoms: Freedom[])
        (first: float)
        (box: Item -> float -> Box)
        (items: Item[])
        : Margin[] =
        let states =
            items
            |> Array.map (fun _ ->
                {
                    Proved = nan
                    Failed = infinity
                    Missed = 0.0
                    Found = infinity
                })

        /// Goes on while some items have a multiple to try.
        let rounds (next: State -> float voption) (attempt: int[] -> float[] -> unit) =
            let mutable step = 0
            let mutable left = true

            while left && step < mostSteps && not (options.Stop()) do
                let asked =
                    [|
                        for i in 0 .. items.Length - 1 do
                            match next states[i] with
                            | ValueSome multiple -> struct (i, multiple)
                            | ValueNone -> ()
                    |]

                left <- asked.Length > 0
                step <- step + 1

                if left then
                    attempt
                        (asked |> Array.map (fun (struct (i, _)) -> i))
                        (asked |> Array.map (fun (struct (_, multiple)) -> multiple))

        let proof (state: State) =
            let proved = if Double.IsNaN state.Proved then 0.0 else state.Proved

            if Double.IsInfinity state.Failed then
                if proved = 0.0 then ValueSome first
                elif proved < farthest * first then ValueSome(4.0 * proved)
                else ValueNone
            elif state.Failed <= proved * precision || state.Failed <= first * 1e-9 then
                // nothing is left but the row itself
                if Double.IsNaN state.Proved && state.Failed > 0.0 then
                    ValueSome 0.0
                else
                    ValueNone
            else
                ValueSome(middle proved state.Failed first)

        let prove (which: int[]) (multiples: float[]) =
            let boxes = Array.map2 (fun i multiple -> box items[i] multiple) which multiples
            let bounds = tool.Least(boxes, Effort.Linear)

            which
            |> Array.iteri (fun at i ->
                if bounds[at] > 0.0 then
                    states[i].Proved <- multiples[at]
                else
                    states[i].Failed <- multiples[at])

        /// The multiples that better slopes prove, a little beyond what is known.
        let improve () =
            let which =
                [| 0 .. items.Length - 1 |]
                |> Array.filter (fun i -> states[i].Proved > 0.0 && states[i].Failed < infinity)

            for factor in [ 1.2; 1.1; 1.05 ] do
                if which.Length > 0 && not (options.Stop()) then
                    let multiples = which |> Array.map (fun i -> factor * states[i].Proved)
                    let boxes = Array.map2 (fun i multiple -> box items[i] multiple) which multiples
                    let bounds = tool.Least(boxes, Effort.Slopes)

                    which
                    |> Array.iteri (fun at i ->
                        if bounds[at] > 0.0 then
                            states[i].Proved <- multiples[at])

        let search (state: State) =
            if Double.IsInfinity state.Found then
                let start =
                    if Double.IsInfinity state.Failed then
                        state.Proved
                    else
                        state.Failed

                let next =
                    if state.Missed > 0.0 then
                        2.0 * state.Missed
                    else
                        max start (first * 1e-3)

                if next <= farthest * first then
                    ValueSome next
                else
                    ValueNone
            else
                let known = if Double.IsNaN state.Proved then 0.0 else state.Proved
                let missed = max state.Missed known

                if state.Found > missed * precision && state.Found > first * 1e-6 then
                    ValueSome(
                        if missed > 0.0 then
                            sqrt (missed * state.Found)
                        else
                            state.Found / 2.0
                    )
                else
                    ValueNone

        let attack (which: int[]) (multiples: float[]) =
            let found =
                tool.Attack(
                    Array.map2
                        (fun i multiple -> struct (items[i].Start, box items[i] multiple))
                        which
                        multiples,
                    points,
                    steps
                )

            which
            |> Array.iteri (fun at i ->
                match found[at] with
                | Some row -> states[i].Found <- min states[i].Found (distance freedoms items[i].Start row)
                | None -> states[i].Missed <- max states[i].Missed multiples[at])

        /// Between what is proved and what is found, where boxes can be split.
        let split (item: int) =
            let state = states[item]
            let mutable step = 0

            while step < mostSplit
                  && state.Proved > 0.0
                  && state.Found < infinity
                  && state.Found > state.Proved * precision do
                let multiple = sqrt (state.Proved * state.Found)
                step <- step + 1

                match Classes.deep options tool (box items[item] multiple) with
                | Some { Verdict = RowVerdict.Certified } -> state.Proved <- multiple
                | Some { Attack = Some row } ->
                    state.Found <- min state.Found (distance freedoms items[item].Start row)
                | _ -> step <- mostSplit

        // what was found in time counts
        try
            rounds proof prove
            improve ()
            rounds search attack
            Array.iteri (fun item _ -> split item) items
        with :? OperationCanceledException ->
            ()

        states
        |> Array.map (fun state ->
            {
                Proved = state.Proved
                Attacked = state.Found
            })

    /// <summary>The share of rows by multiple: for which the class is proved to stay, and for which no other one was
    /// found.</summary>
    /// <param name="margins">Of all rows.</param>
    /// <param name="multiples">Where.</param>
    let shares (margins: Margin[]) (multiples: float[]) : struct (float[] * float[]) =
        let share (holds: Margin -> bool) =
            float (margins |> Array.filter holds |> Array.length)
            / float (max 1 margins.Length)

        struct (multiples
                |> Array.map (fun multiple -> share (fun margin -> margin.Proved >= multiple)),
                multiples
                |> Array.map (fun multiple -> share (fun margin -> margin.Attacked > multiple)))
