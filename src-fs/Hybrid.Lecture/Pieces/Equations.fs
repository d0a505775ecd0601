namespace Hybrid.Lecture

/// Systems of linear equations.
module internal Equations =
    /// <summary>x with A x = b, by elimination with partial pivoting.</summary>
    /// <param name="a">[n; n]</param>
    /// <param name="b">n numbers.</param>
    /// <returns>Not finite if A is singular.</returns>
    let solve (a: float[,]) (b: float[]) : float[] =
        let n = b.Length
        let rows = Array.init n (fun i -> Array.append a[i, *] [| b[i] |])

        for column in 0 .. n - 1 do
            let pivot = Seq.maxBy (fun row -> abs (rows[row][column])) (seq { column .. n - 1 })

            let found = rows[pivot]
            rows[pivot] <- rows[column]
            rows[column] <- found

            for row in column + 1 .. n - 1 do
                let factor = rows[row][column] / found[column]
                rows[row] <- Array.map2 (fun x y -> x - factor * y) rows[row] found

        let x = Array.zeroCreate n

        for row in n - 1 .. -1 .. 0 do
            let known = Seq.sumBy (fun j -> rows[row][j] * x[j]) (seq { row + 1 .. n - 1 })
            x[row] <- (rows[row][n] - known) / rows[row][row]

        x
