namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>Logistic regression without a network: iteratively reweighted least squares.</summary>
/// <remarks>w ← w + (Xᵀ S X)⁻¹ Xᵀ (y - p) with p = σ(Xw) and S = diag p(1 - p): Newton's method on the cross-entropy.
/// Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.3.</remarks>
module internal Logistic =
    /// <summary>The weights and, last, the bias of minimum cross-entropy.</summary>
    /// <param name="rows">The features of each example; the classes must not be separable by a line, or there is no
    /// minimum.</param>
    /// <param name="labels">0 or 1.</param>
    let fit (rows: float[][]) (labels: float[]) : float[] =
        let rows = rows |> Array.map (fun row -> Array.append row [| 1.0 |])
        let n = rows[0].Length

        let rec improve (w: float[]) left =
            let p =
                rows
                |> Array.map (fun row -> Special.sigmoid (Array.fold2 (fun s x v -> s + x * v) 0.0 row w))

            let curvature =
                Array2D.init n n (fun i j ->
                    Array.fold2 (fun s (row: float[]) p -> s + p * (1.0 - p) * row[i] * row[j]) 0.0 rows p)

            let slope =
                Array.init n (fun i ->
                    Array.fold2 (fun s (row: float[]) d -> s + row[i] * d) 0.0 rows (Array.map2 (-) labels p))

            let step = Equations.solve curvature slope
            let next = Array.map2 (+) w step
            let moved = step |> Array.map abs |> Array.max

            if left = 0 || moved < 1e-13 * (1.0 + Array.max (Array.map abs next)) then
                next
            else
                improve next (left - 1)

        improve (Array.zeroCreate n) 50
