namespace Hybrid.Lecture

/// <summary>The widest margin between two classes of a few points in the plane, without a network.</summary>
/// <remarks>Minimise ½‖w‖² with yᵢ(w·xᵢ + b) ≥ 1 for all i. In the plane two or three points carry the margin: each such set
/// is tried, and the one that meets all conditions of Karush, Kuhn and Tucker is the solution. Cortes and Vapnik,
/// "Support-vector networks" (1995).</remarks>
module internal Margin =
    /// w, b, and the multipliers of the points that carry the margin.
    type Widest =
        {
            Weights: float * float
            Bias: float
            Multipliers: float list
        }

    let private dot (a, b) (c, d) : float = a * c + b * d

    /// The solution for these points alone: yᵢ(w·xᵢ + b) = 1 with w = Σ αᵢyᵢxᵢ and Σ αᵢyᵢ = 0.
    let private carriedBy (points: ((float * float) * float) list) =
        let n = points.Length
        let points = Array.ofList points

        let matrix =
            Array2D.init (n + 1) (n + 1) (fun i j ->
                if i < n && j < n then
                    snd points[i] * snd points[j] * dot (fst points[i]) (fst points[j])
                elif i < n then
                    snd points[i]
                elif j < n then
                    snd points[j]
                else
                    0.0)

        let solution =
            Equations.solve matrix (Array.init (n + 1) (fun i -> if i < n then 1.0 else 0.0))

        let sum part =
            Array.sumBy (fun i -> solution[i] * snd points[i] * part (fst points[i])) [| 0 .. n - 1 |]

        {
            Weights = sum fst, sum snd
            Bias = solution[n]
            Multipliers = List.ofArray solution[.. n - 1]
        }

    /// <summary>The widest margin; None if no line separates the points.</summary>
    /// <param name="points">Each with its class, 1 or -1.</param>
    let widest (points: ((float * float) * float) list) : Widest option =
        let isRight found =
            List.forall (fun a -> a >= 0.0) found.Multipliers
            && points
               |> List.forall (fun (x, y) -> y * (dot found.Weights x + found.Bias) >= 1.0 - 1e-9)

        let indexed = List.indexed points

        seq {
            for i, a in indexed do
                for j, b in indexed do
                    if i < j && snd a <> snd b then
                        yield [ a; b ]

                    if i < j then
                        for k, c in indexed do
                            if j < k then
                                yield [ a; b; c ]
        }
        |> Seq.map carriedBy
        |> Seq.tryFind isRight
