namespace Hybrid.Certification

open System.Collections.Concurrent
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification

/// The values that an output has in a box.
[<CompiledName("FSharpOutputRange")>]
[<NoComparison>]
type OutputRange =
    {
        /// The name of the class, or of the target.
        Name: string
        /// Every value in the box lies in it: proved.
        Proved: Interval
        /// The least and the greatest value that was computed for a row in the box.
        Attacked: Interval
    }

/// The range of a model's outputs over a box.
module Ranges =
    /// Boxes for one output and one combination of categories, if the options do not say it.
    [<Literal>]
    let private Usual = 20_000L

    /// A row in a box to start from: the middle.
    let private middle (box: Box) : float32[] =
        Array.map2 (fun low high -> if low = high then low else 0.5f * low + 0.5f * high) box.Least box.Most

    /// <summary>Outer bounds of every output over a box, proved, and values that are computed there. Of classes: their
    /// probabilities, or scores where the model returns those.</summary>
    /// <param name="engine">Computes. It should have one thread.</param>
    /// <param name="options">What the proof is for, and how long.</param>
    /// <param name="box">The box.</param>
    /// <exception cref="T:Hybrid.HybridException">An operation of the network has no rule, or there are too many combinations of
    /// categories.</exception>
    let find (engine: Engine) (options: CertifyOptions) (box: InputBox) : OutputRange[] =
        let model = box.Model
        let answers = Answers.ofModel options.Arithmetic options.Stop model

        let names = Model.outputNames model

        let names =
            if names.Length = answers.Outputs then
                names
            else
                Array.init answers.Outputs (fun i -> $"{model.Schema.TargetName} {i + 1}")

        // values are those of the model, with its softmax
        let whole = { answers with Network = model.Network }

        let ascents = ConcurrentBag<Climbs>()
        let cases = Domain.cases box.Domain |> Array.ofList

        let tools =
            cases
            |> Array.map (fun fixed' ->
                let inner = Box.create box.Domain fixed'
                let case = lazy (Case.create answers model.Inputs fixed' inner)
                let tool = lazy (OutputTool(engine, whole, case.Value, ascents))
                // the same for all outputs
                inner, tool, lazy (tool.Value.Kept inner))

        let found = Array.create<OutputRange option> (answers.Outputs * cases.Length) None
        let tell = Work.counter options found.Length

        let objective output sign =
            if answers.IsSoftmax then
                Objective.probability answers output sign
            else
                Objective.output output sign

        let one index =
            let output = index % answers.Outputs
            let inner, tool, kept = tools[index / answers.Outputs]

            let varying =
                Array.zip inner.Least inner.Most
                |> Array.filter (fun (least, most) -> least < most)
                |> Array.length

            let boxes = CertifyOptions.boxes Usual varying options

            let attacked =
                tool.Value.Attacked(output, [| struct (middle inner, inner) |]) |> Array.head

            found[index] <-
                Some
                    {
                        Name = names[output]
                        Attacked = attacked
                        Proved =
                            tool.Value.Refined(
                                objective output 1.0,
                                objective output -1.0,
                                inner,
                                Interval.everything,
                                attacked,
                                kept.Value,
                                boxes,
                                options.Stop
                            )
                    }

            tell 1

        Work.each options found.Length one

        let offsets = Model.offsets model

        let moved output (x: Interval) =
            let offset = offsets[output % offsets.Length]

            {
                Lower = x.Lower + offset
                Upper = x.Upper + offset
            }

        Array.init answers.Outputs (fun output ->
            let all =
                Array.init cases.Length (fun case -> found[case * answers.Outputs + output])

            {
                Name = names[output]
                Proved =
                    if Array.forall Option.isSome all then
                        all
                        |> Array.map (fun x -> x.Value.Proved)
                        |> Array.reduce Interval.hull
                        |> moved output
                    else
                        Interval.everything
                Attacked =
                    match Array.choose id all with
                    | [||] -> { Lower = nan; Upper = nan }
                    | some -> some |> Array.map _.Attacked |> Array.reduce Interval.hull |> moved output
            })
