namespace Hybrid.Models

/// Metrics of decisions: the class of the first maximum score, or yes from a threshold on, compared with the true one. C is the
/// weight of the examples by true class (rows) and decided class (columns).
module internal Decisions =
    /// The first class of the maximum score of an example.
    let likeliest (outcomes: ClassOutcomes) (example: int) : int =
        let start = example * outcomes.Names.Length
        let mutable best = 0

        for i in 1 .. outcomes.Names.Length - 1 do
            if outcomes.Scores[start + i] > outcomes.Scores[start + best] then
                best <- i

        best

    /// The class that the scores of an example decide for.
    let private decided (outcomes: ClassOutcomes) (example: int) : int =
        match outcomes.Threshold with
        | Some threshold ->
            if outcomes.Scores[2 * example + 1] >= threshold then
                1
            else
                0
        | None -> likeliest outcomes example

    /// C, and which classes occur, as true or as decided ones, whatever their weight.
    let private confusion (outcomes: ClassOutcomes) : float[,] * bool[] =
        let count = outcomes.Names.Length
        let weights, occurs = Array2D.zeroCreate count count, Array.zeroCreate count

        outcomes.Labels
        |> Array.iteri (fun i label ->
            let decided = decided outcomes i
            weights[label, decided] <- weights[label, decided] + outcomes.Weights[i]
            occurs[label] <- true
            occurs[decided] <- true)

        weights, occurs

    let private right (c: float[,]) =
        Array.init (Array2D.length1 c) (fun i -> c[i, i])

    let private actual (c: float[,]) =
        Array.init (Array2D.length1 c) (fun i -> Array.sum c[i, *])

    let private predicted (c: float[,]) =
        Array.init (Array2D.length1 c) (fun i -> Array.sum c[*, i])

    /// Σ Cᵢᵢ / Σ Cᵢⱼ.
    let accuracy (outcomes: ClassOutcomes) : float =
        let c, _ = confusion outcomes
        Array.sum (right c) / Array.sum (actual c)

    /// The mean, over the classes that examples have, of the share of a class that is recognised.
    let balanced (outcomes: ClassOutcomes) : float =
        let c, _ = confusion outcomes

        Array.zip (right c) (actual c)
        |> Array.filter (fun (_, actual) -> actual > 0.0)
        |> Array.averageBy (fun (right, actual) -> right / actual)

    /// 2PR / (P + R) of each class, 0 where that is 0 / 0; its support; and whether it occurs.
    let private f1 (outcomes: ClassOutcomes) : (float * float * bool)[] =
        let c, occurs = confusion outcomes

        Array.zip3 (right c) (actual c) (predicted c)
        |> Array.map2
            (fun occurs (right, actual, predicted) ->
                let f1 =
                    if actual + predicted = 0.0 then
                        0.0
                    else
                        2.0 * right / (actual + predicted)

                f1, actual, occurs)
            occurs

    /// The mean over the classes that occur.
    let f1Macro (outcomes: ClassOutcomes) : float =
        f1 outcomes
        |> Array.filter (fun (_, _, occurs) -> occurs)
        |> Array.averageBy (fun (f1, _, _) -> f1)

    /// The mean over the classes, weighted by their support.
    let f1Weighted (outcomes: ClassOutcomes) : float =
        let classes = f1 outcomes

        (classes |> Array.sumBy (fun (f1, support, _) -> f1 * support))
        / (classes |> Array.sumBy (fun (_, support, _) -> support))

    /// Matthews' correlation coefficient for any number of classes: (cs - Σ pₖtₖ) / √((s² - Σ pₖ²)(s² - Σ tₖ²)), with s in all, c
    /// decided rightly, tₖ of class k and pₖ decided to be; 0 where that is 0 / 0.
    /// Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004).
    let matthews (outcomes: ClassOutcomes) : float =
        let c, _ = confusion outcomes
        let t, p = actual c, predicted c
        let dot a b = Array.sum (Array.map2 (*) a b)
        let all = Array.sum t
        let spread = (all * all - dot p p) * (all * all - dot t t)

        if spread <= 0.0 then
            0.0
        else
            (Array.sum (right c) * all - dot t p) / sqrt spread

    /// The share of examples whose true class has one of the k highest scores; of equal scores that of the later class is taken
    /// for the higher one, as in scikit-learn.
    let top (k: int) (outcomes: ClassOutcomes) : float =
        let count = outcomes.Names.Length

        let isHit i label =
            let score c = outcomes.Scores[i * count + c]

            let above =
                Seq.init count id
                |> Seq.filter (fun c -> score c > score label || (score c = score label && c > label))
                |> Seq.length

            above < k

        Array.map2
            (fun hit weight -> if hit then weight else 0.0)
            (Array.mapi isHit outcomes.Labels)
            outcomes.Weights
        |> Array.sum
        |> fun hits -> hits / Array.sum outcomes.Weights
