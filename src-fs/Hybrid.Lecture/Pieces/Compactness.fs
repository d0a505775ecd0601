namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Theory

/// The numbers that a sum of bumps and a trained network need to be within ε of the same function.
[<NoEquality; NoComparison>]
type internal Compactness =
    {
        Formula: Expression
        Epsilon: float
        /// The steepest slope, L.
        Lipschitz: float
        /// ⌈L / (2ε)⌉.
        Bumps: int
        /// A left end, a right end and a height each.
        BumpNumbers: int
        /// Also proved to be within ε.
        Trained: ConstructionResult
        NetworkNumbers: int
    }

    /// The numbers of the bumps / the numbers of the network.
    member this.Ratio = float this.BumpNumbers / float this.NetworkNumbers

module internal Compactness =
    /// <summary>Compares the two on [0, 1].</summary>
    /// <exception cref="T:Hybrid.HybridException">Training finds no network that is proved to be within ε.</exception>
    let compare (text: string) (epsilon: float) : Compactness =
        let formula, box = Formulas.ofX text, [| Formulas.unit |]
        let trained = Construction.build "trained" formula box epsilon None None
        let slope = Constants.lipschitz formula box
        let bumps = int (ceil (slope / (2.0 * epsilon)))

        {
            Formula = formula
            Epsilon = epsilon
            Lipschitz = slope
            Bumps = bumps
            BumpNumbers = 3 * bumps
            Trained = trained
            NetworkNumbers = Network.parameterCount trained.Approximation.Network
        }
