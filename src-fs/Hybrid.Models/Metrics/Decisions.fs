namespace Hybrid.Models

/// Metrics of decisions: the class of the first maximum score, or yes from a threshold on, compared with the true one. C is the
/// weight of the examples by true class (rows) and decided class (columns).
module internal Decisions =
    let private right (c: float[,]) =
        Array.init (Array2D.length1 c) (fun i -> c[i, i])

    let private actual (c: float[,]) =
        Array.init (Array2D.length1 c) (fun i -> Array.sum c[i, *])

    let private predicted (c: float[,]) =
        Array.init (Array2D.length1 c) (fun i -> Array.sum c[*, i])

    /// Σ Cᵢᵢ / Σ Cᵢⱼ.
    let accuracy (tally: ClassTally) : float =
        let c = tally.Confusion
        Array.sum (right c) / Array.sum (actual c)

    /// The mean, over the classes that examples have, of the share of a class that is recognised.
    let balanced (tally: ClassTally) : float =
        let c = tally.Confusion

        Array.zip (right c) (actual c)
        |> Array.filter (fun (_, actual) -> actual > 0.0)
        |> Array.averageBy (fun (right, actual) -> right / actual)

    /// 2PR / (P + R) of each class, 0 where that is 0 / 0; its support; and whether it occurs.
    let private f1 (tally: ClassTally) : (float * float * bool)[] =
        let c = tally.Confusion

        Array.zip3 (right c) (actual c) (predicted c)
        |> Array.map2
            (fun occurs (right, actual, predicted) ->
                let f1 =
                    if actual + predicted = 0.0 then
                        0.0
                    else
                        2.0 * right / (actual + predicted)

                f1, actual, occurs)
            tally.Occurs

    /// The mean over the classes that occur.
    let f1Macro (tally: ClassTally) : float =
        f1 tally
        |> Array.filter (fun (_, _, occurs) -> occurs)
        |> Array.averageBy (fun (f1, _, _) -> f1)

    /// The mean over the classes, weighted by their support.
    let f1Weighted (tally: ClassTally) : float =
        let classes = f1 tally

        (classes |> Array.sumBy (fun (f1, support, _) -> f1 * support))
        / (classes |> Array.sumBy (fun (_, support, _) -> support))

    /// Matthews' correlation coefficient for any number of classes: (cs - Σ pₖtₖ) / √((s² - Σ pₖ²)(s² - Σ tₖ²)), with s in all, c
    /// decided rightly, tₖ of class k and pₖ decided to be; 0 where that is 0 / 0.
    /// Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004).
    let matthews (tally: ClassTally) : float =
        let c = tally.Confusion
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
    let top (k: int) (tally: ClassTally) : float =
        Array.sum (Array.truncate k tally.Ranks) / tally.Weight
