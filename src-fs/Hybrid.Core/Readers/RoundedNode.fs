namespace Hybrid.Core

open System
open System.Numerics

/// What is known about a node's float32 values.
[<NoComparison; NoEquality>]
type internal RoundedNode =
    {
        /// Bounds of the function of its operands, exact or computed, before rounding.
        Result: Interval[]
        /// Contains both the exact and the computed values.
        Range: Interval[]
        /// What the node itself adds to the distance between the two.
        Own: float[]
        /// The maximum distance, carried forward node by node.
        Off: float[]
        /// Whether the computed number has the sign of the exact one, whatever its error.
        Signed: bool[]
        /// All numbers are integer multiples of it, computed exactly; 0 if that is not known.
        Grid: float
    }

/// Nodes for constants and inputs, and from a node's own and carried errors.
module internal RoundedNode =
    let private magnitude = RoundingRule.magnitude

    /// A double-precision sum of non-negative numbers, with its rounding compensated.
    // sufficient for millions of terms
    let outward (x: float) = x * (1.0 + 1e-9)

    let width (x: Interval) =
        (Interval.subtract (Interval.exactly x.Upper) (Interval.exactly x.Lower)).Upper

    /// The largest power of two that a number is a multiple of; infinite for 0.
    let private lastBit (x: float) =
        if x = 0.0 then
            infinity
        else
            let bits = BitConverter.DoubleToInt64Bits(abs x)
            let mantissa = (bits &&& 0xFFFFFFFFFFFFFL) ||| 0x10000000000000L

            2.0
            ** float (int (bits >>> 52) - 1075 + BitOperations.TrailingZeroCount mantissa)

    /// A constant: its numbers, and their float32 values.
    let ofConstant (values: Values) : RoundedNode =
        let exact = values.AsDouble
        let computed = exact |> Array.map (fun x -> float (float32 x))

        let own =
            Array.map2
                (fun (a: float) b ->
                    if not (abs b < RoundingRule.overflow) then infinity
                    elif a = b then 0.0
                    else abs (a - b))
                exact
                computed

        {
            Result = Array.map Interval.exactly exact
            Range = Array.map2 (fun a b -> { Lower = min a b; Upper = max a b }) exact computed
            Own = own
            Off = own
            Signed = Array.map (fun own -> own = 0.0) own
            Grid =
                // whatever reads a subnormal number may flush it to 0
                if
                    exact
                    |> Array.forall2 (fun own x -> own = 0.0 && (x = 0.0 || abs x >= RoundingRule.Tiny)) own
                then
                    exact |> Array.map lastBit |> Array.fold min infinity
                else
                    0.0
        }

    /// An input, whose numbers are float32.
    let ofInput (range: Interval[]) : RoundedNode =
        let none = Array.zeroCreate range.Length

        {
            Result = range
            Range = range
            Own = none
            Off = none
            Signed = Array.create range.Length true
            Grid = 0.0
        }

    /// An input that was computed: bounds of both its exact and its computed numbers, and of the distances between them.
    let ofComputed (range: Interval[]) (off: float[]) : RoundedNode =
        { ofInput range with
            Own = off
            Off = off
            Signed = Array.map ((=) 0.0) off
        }

    /// A node, from its own errors and the effect of its operands' errors.
    let create
        (result: Interval[])
        (own: struct (float * bool)[])
        (jumps: float[])
        carried
        grid
        : RoundedNode =
        let own, signed =
            Array.map3
                (fun (y: Interval) (struct (own, signed)) jump ->
                    if magnitude y < RoundingRule.overflow && not (Double.IsNaN own) then
                        own + jump, signed
                    else
                        infinity, false)
                result
                own
                jumps
            |> Array.unzip

        let signed =
            Array.map2 (fun signed carried -> signed && carried = 0.0) signed carried

        // a single rounding does not cross 0; if operands have errors, a part of these and the whole rounding may, and
        // derivatives are bounded for that, too
        let widened (y: Interval) own signed : Interval =
            let wide = Interval.add y { Lower = -own; Upper = own }

            if own = 0.0 then
                y
            elif not signed then
                wide
            else
                {
                    Lower = if y.Lower >= 0.0 then max 0.0 wide.Lower else wide.Lower
                    Upper = if y.Upper <= 0.0 then min 0.0 wide.Upper else wide.Upper
                }

        let range = Array.map3 widened result own signed

        let isExact = Array.forall ((=) 0.0) own

        {
            Result = result
            Range = range
            Own = own
            Off =
                Array.map3
                    (fun range own carried ->
                        let off = if carried = 0.0 then own else outward (own + carried)
                        if Double.IsNaN off then infinity else min off (width range))
                    range
                    own
                    carried
            Signed = signed
            Grid = if isExact then grid else 0.0
        }
