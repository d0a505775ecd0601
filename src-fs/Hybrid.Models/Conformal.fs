namespace Hybrid.Models

open System
open System.Text.Json.Nodes
open Hybrid.Core

/// <summary>Split conformal prediction: an interval or a set of classes that holds the truth of an example to come with a stated
/// probability, however wrong the model is. Calibration examples, which chose neither weights nor epoch, say how far off the model
/// is; if they and the one to come are exchangeable, and their scores differ, the truth is in the interval with a probability from
/// level to level + 1 / (n + 1), over calibration examples and the one to come. With equal scores it is at least the level. Of several
/// targets, each has an interval of the level by itself: together they hold with at least 1 - k (1 - level) for k targets.</summary>
/// <remarks>The score of a quantity is |y - ŷ|: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman, "Distribution-free predictive
/// inference for regression" (2018), theorem 2.2. That of a class is its own output, such as 1 - p: the smallest sets on average,
/// of all that have the level; Sadinle, Lei and Wasserman, "Least ambiguous set-valued classifiers with bounded error levels"
/// (2019).</remarks>
type Conformal =
    {
        /// The probability that the truth is in the interval or set, in (0, 1).
        Level: float
        /// The number of calibration examples.
        Examples: int
        /// Half the length of an interval, in the target's unit; or the least output of a class that is in the set. A float32.
        Threshold: float
    }

/// How often intervals or sets hold the truth of some examples, and how large they are.
type Coverage =
    {
        Examples: int
        /// The share of examples whose truth is in the interval or set; of several targets, that of examples of which every known
        /// target is in its interval.
        Share: float
        /// The mean length of an interval, in the target's unit, or the mean number of classes of a set; NaN for several targets,
        /// whose units differ.
        Size: float
        /// Of several targets, each on the examples that have it.
        Each: Coverage list
    }

[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Conformal =
    /// ⌈level · (n + 1)⌉ for the level as it is written: in binary, 0.07 · 100 is above 7.
    let internal rank (level: float) (examples: int) : int =
        int (ceil (decimal level * decimal (examples + 1)))

    /// <summary>The minimum number of calibration examples for a level: ⌈level / (1 - level)⌉. With fewer, only an interval
    /// without ends would have it.</summary>
    /// <param name="level">In (0, 1), and at most 1 - 10⁻⁶.</param>
    let fewest (level: float) : int =
        int (ceil (decimal level / (1m - decimal level)))

    /// The k-th smallest score for the rank k of the level.
    let private threshold (level: float) (scores: float[]) : float =
        let needed = fewest level

        if scores.Length < needed then
            raise (
                HybridException
                    $"An interval of level {level} needs at least {needed} calibration examples, and there are {scores.Length}."
            )

        (Array.sort scores)[rank level scores.Length - 1]

    /// The smallest float32 that is at least a number.
    let private upwards (number: float) : float =
        let nearest = float32 number

        float (
            if float nearest < number then
                MathF.BitIncrement nearest
            else
                nearest
        )

    /// <summary>Intervals of a quantity, by absolute residuals.</summary>
    /// <param name="level">In (0, 1).</param>
    /// <param name="predicted">What the model returns for the calibration examples, in the target's unit.</param>
    /// <param name="targets">What it should return.</param>
    /// <exception cref="T:Hybrid.HybridException">There are fewer examples than the level needs; the message has the minimum.</exception>
    let ofQuantity (level: float) (predicted: float[]) (targets: float[]) : Conformal =
        let residual prediction target =
            let difference = abs (prediction - target)
            // a difference that was rounded down would leave the target out
            if difference = 0.0 then
                0.0
            else
                Math.BitIncrement difference

        {
            Level = level
            Examples = targets.Length
            Threshold = upwards (threshold level (Array.map2 residual predicted targets))
        }

    /// <summary>Sets of classes, by the outputs for the right ones.</summary>
    /// <param name="level">In (0, 1).</param>
    /// <param name="right">For each calibration example, the output for its class.</param>
    /// <exception cref="T:Hybrid.HybridException">There are fewer examples than the level needs; the message has the minimum.</exception>
    let ofClasses (level: float) (right: float32[]) : Conformal =
        {
            Level = level
            Examples = right.Length
            Threshold = -(threshold level (right |> Array.map (fun output -> -(float output))))
        }

    /// <summary>The ends of the interval around a predicted quantity, as a model's file computes them.</summary>
    /// <param name="isSingle">Whether the model returns the quantity as a float32, without an offset.</param>
    /// <param name="conformal">The calibration.</param>
    /// <param name="predicted">In the target's unit.</param>
    let interval (isSingle: bool) (conformal: Conformal) (predicted: float) : struct (float * float) =
        if isSingle then
            let predicted, threshold = float32 predicted, float32 conformal.Threshold
            struct (float (predicted - threshold), float (predicted + threshold))
        else
            struct (predicted - conformal.Threshold, predicted + conformal.Threshold)

    /// <summary>The indices of the classes in the set of an example: those whose output is at least the threshold. There may be
    /// none: then the example is unlike those of the calibration.</summary>
    /// <param name="conformal">The calibration.</param>
    /// <param name="outputs">The outputs for the example, one per class.</param>
    let set (conformal: Conformal) (outputs: float32[]) : int[] =
        [|
            for index in 0 .. outputs.Length - 1 do
                if float outputs[index] >= conformal.Threshold then
                    index
        |]

    /// <summary>The probability, at least, that the intervals of all targets hold their truths together: 1 - Σ (1 - level), whatever
    /// the targets have to do with each other; 0 if that is negative.</summary>
    let together (each: Conformal list) : float =
        1.0 - (each |> List.sumBy (fun conformal -> 1.0 - conformal.Level)) |> max 0.0

    // ---- in files

    let private objectOf (conformal: Conformal) : JsonNode =
        let node = JsonObject()
        node["level"] <- JsonValue.Create conformal.Level
        node["examples"] <- JsonValue.Create conformal.Examples
        node["threshold"] <- JsonValue.Create conformal.Threshold
        node :> JsonNode

    /// As a JSON object, or for several targets an array of them.
    let internal toText (each: Conformal list) : string =
        match each with
        | [ one ] -> (objectOf one).ToJsonString()
        | several -> JsonArray([| for one in several -> objectOf one |]).ToJsonString()

    /// What such an object or array says.
    let internal ofJson (node: JsonNode) : Conformal list =
        let one (node: JsonNode) =
            {
                Level = node["level"].GetValue<float>()
                Examples = node["examples"].GetValue<int>()
                Threshold = node["threshold"].GetValue<float>()
            }

        match node with
        | :? JsonArray as several -> [ for node in several -> one node ]
        | node -> [ one node ]
