namespace Hybrid.Core

open System
open System.Collections.Generic
open System.Numerics

/// What is known of a node's float32 values.
[<NoComparison; NoEquality>]
type internal RoundedNode =
    {
        /// Bounds of the function of its operands, exact or computed, before it is rounded.
        Result: Interval[]
        /// Holds what is exact and what is computed.
        Range: Interval[]
        /// What the node itself adds to the distance of the two.
        Own: float[]
        /// The distance, node by node.
        Off: float[]
        /// Whether the computed number has the sign of the exact one, whatever it is off by.
        Signed: bool[]
        /// The numbers are whole multiples of it, exactly computed; 0 if that is not known.
        Grid: float
    }

/// Roundings of one node, by the rule of its primitive.
module internal RoundedNode =
    let private magnitude = RoundingRule.magnitude

    /// A sum in double precision of numbers that are not negative, made good.
    // good for millions of terms
    let outward (x: float) = x * (1.0 + 1e-9)

    let private width (x: Interval) =
        (Interval.subtract (Interval.exactly x.Upper) (Interval.exactly x.Lower)).Upper

    /// The greatest power of two that a number is a multiple of; of 0, any.
    let private lastBit (x: float) =
        if x = 0.0 then
            infinity
        else
            let bits = BitConverter.DoubleToInt64Bits(abs x)
            let mantissa = (bits &&& 0xFFFFFFFFFFFFFL) ||| 0x10000000000000L

            2.0
            ** float (int (bits >>> 52) - 1075 + BitOperations.TrailingZeroCount mantissa)

    /// Whether numbers whose absolute values add up to no more than this add up exactly, in any order.
    let private isExact (total: float) (grid: float) =
        total = 0.0 || grid >= RoundingRule.Tiny && total <= 2.0 ** 24.0 * grid

    /// A number by which any other is multiplied without rounding: 0, or a power of two of at least 1.
    let private isPower (x: Interval) =
        let size = abs x.Lower

        x.Lower = x.Upper
        && (size = 0.0
            || size >= 1.0 && BitConverter.DoubleToInt64Bits size &&& 0xFFFFFFFFFFFFFL = 0L)

    /// A constant: its numbers, and what they are in float32.
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
                // a subnormal number may be flushed to 0 by whatever reads it
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

    // ---- sums ---------------------------------------------------------------------------------------------------------

    /// A sum of products.
    [<Struct>]
    type private Terms =
        {
            /// How many are not 0.
            Count: float
            /// 1 if any of them is rounded, else 0.
            Rounded: float
            /// What their absolute values add up to.
            Total: float
            /// What flushing numbers to 0 may take.
            Flushed: float
        }

    let private terms (primitive: Primitive) (operands: Interval[] list) : Terms[] =
        let sizes = operands |> List.map (Array.map magnitude)

        let numberWhere condition =
            operands
            |> List.map (Array.map (fun x -> if condition x then 1.0 else 0.0))
            |> primitive.Reference

        let counts = numberWhere (fun x -> magnitude x > 0.0)

        let rounded =
            if operands.Length = 1 then
                Array.zeroCreate counts.Length
            else
                numberWhere (isPower >> not)

        let greatest = sizes |> List.sumBy (Array.fold max 0.0)

        Array.map3
            (fun count rounded total ->
                {
                    Count = count
                    Rounded = min 1.0 rounded
                    Total = outward total
                    Flushed = RoundingRule.Tiny * (2.0 + count * (2.0 + greatest))
                })
            counts
            rounded
            (primitive.Reference sizes)

    /// What a sum of terms and one more may be off by, and whether it is rounded at most once.
    let private sumOff (grid: float) (terms: Terms) (more: float) (result: Interval) : struct (float * bool) =
        let total = terms.Total + more
        let count = terms.Count + (if more > 0.0 then 1.0 else 0.0)
        let roundings = max 0.0 (count - 1.0) + terms.Rounded

        if not (total < RoundingRule.overflow) then
            struct (infinity, false)
        elif isExact total grid then
            struct (0.0, true)
        elif roundings <= 1.0 then
            // a product may vanish; a sum of two numbers does not
            struct (outward (roundings * RoundingRule.Unit * magnitude result + terms.Flushed),
                    terms.Rounded = 0.0)
        else
            let gamma = RoundingRule.gamma roundings
            struct (outward (gamma * total + (1.0 + gamma) * terms.Flushed), false)

    /// What each result of a sum of products may be off by.
    let sum (primitive: Primitive) (operands: Interval[] list) (grid: float) (result: Interval[]) =
        Array.map2 (fun terms y -> sumOff grid terms 0.0 y) (terms primitive operands) result

    /// The same, where numbers are added to the products before or after they are summed.
    let sumAnd primitive (factors: Interval[] list) (more: Interval[]) (grid: float) (result: Interval[]) =
        Array.map3
            (fun terms more y -> sumOff grid terms (magnitude more) y)
            (terms primitive factors)
            more
            result

    // ---- other rules --------------------------------------------------------------------------------------------------

    let private refuse (primitive: Primitive) =
        raise (
            HybridException
                $"There is no bound of what float32 makes of {primitive.Name}: its record does not say how it is rounded, or where it jumps. Functions with a derivative of their own never do."
        )

    /// <summary>What each result may be off by for operands as they were computed, and whether it is rounded at most once.</summary>
    let own (primitive: Primitive) (operands: Interval[] list) (grid: float) (result: Interval[]) =
        match primitive.Rounding with
        | RoundingRule.Moves -> result |> Array.map (fun _ -> struct (0.0, false))
        | RoundingRule.Chooses ->
            // flushing takes no more than the number: a unit that is off stays so
            let flushed y =
                if Continuity.isFlat primitive.Continuity || grid >= RoundingRule.Tiny then
                    0.0
                else
                    min RoundingRule.Tiny (magnitude y)

            result |> Array.map (fun y -> struct (flushed y, false))
        | RoundingRule.Sums -> sum primitive operands grid result
        | RoundingRule.Adds ->
            result
            |> Array.mapi (fun i y ->
                let sizes = operands |> List.map (fun range -> magnitude range[i])

                if isExact (List.sum sizes) grid then
                    struct (0.0, true)
                else
                    let rounded = if List.contains 0.0 sizes then 0.0 else magnitude y
                    struct (RoundingRule.Unit * rounded + 3.0 * RoundingRule.Tiny, true))
        | RoundingRule.Multiplies ->
            result
            |> Array.mapi (fun i y ->
                let factors = operands |> List.map (fun range -> range[i])

                if isExact (magnitude y) grid then
                    struct (0.0, false)
                else
                    let rounded = if List.exists isPower factors then 0.0 else magnitude y
                    let flushed = RoundingRule.Tiny * (1.0 + List.sumBy magnitude factors)
                    struct (RoundingRule.Unit * rounded + flushed, false))
        | RoundingRule.Elementary derivative ->
            Array.map2
                (fun (x: Interval) y ->
                    // a logarithm does not survive that its operand is flushed to 0
                    let flushed =
                        if x.Lower < RoundingRule.Tiny && x.Upper > -RoundingRule.Tiny then
                            RoundingRule.Tiny * magnitude (derivative x)
                        else
                            0.0

                    struct (RoundingRule.elementary * max 1.0 (magnitude y) + flushed, false))
                operands.Head
                result
        | RoundingRule.Within off -> off operands |> Array.map (fun off -> struct (off, false))
        | RoundingRule.Unknown -> refuse primitive

    /// What the results are whole multiples of, if they are exact.
    let grid (primitive: Primitive) (operands: RoundedNode list) : float =
        let grids = operands |> List.map _.Grid

        let grid =
            match primitive.Continuity, primitive.Rounding with
            | Continuity.Steps _, RoundingRule.Chooses -> 1.0
            | Continuity.Steps _, _ -> 0.0
            | _, (RoundingRule.Moves | RoundingRule.Chooses | RoundingRule.Adds) -> List.min grids
            | _, (RoundingRule.Multiplies | RoundingRule.Sums) -> List.fold (*) 1.0 grids
            | _ -> 0.0

        if Double.IsNaN grid then 0.0 else grid

    /// The operands' numbers that each result depends on.
    let private feeding (kernel: Kernel) (size: int) (operands: 'a[] list) : 'a[][] =
        match kernel, operands with
        | (Kernel.Map _ | Kernel.Zip _ | Kernel.Select), _ ->
            Array.init size (fun i -> [| for operand in operands -> operand[i] |])
        | Kernel.Reduce(_, outer, length, inner), [ x ] ->
            Tensor.along (struct (outer, length, inner)) (fun at -> Array.init length (fun l -> x[at l]))
        | _ -> Array.create size (Array.concat operands)

    /// Whether a function of each number depends on its sign only.
    let private looksAtSigns (primitive: Primitive) =
        match primitive.Kernel with
        | Kernel.Map _ ->
            let isPoint lower upper =
                match primitive.Enclosure [ [| { Lower = lower; Upper = upper } |] ] with
                | [| y |] -> y.Lower = y.Upper
                | _ -> false

            isPoint Double.Epsilon infinity
            && isPoint -infinity -Double.Epsilon
            && isPoint 0.0 0.0
        | _ -> false

    /// How far apart the two sides of a jump are where computed operands may be on the other side of it; else 0.
    let jump (primitive: Primitive) (operands: RoundedNode list) (result: Interval[]) : float[] =
        let none = lazy (Array.zeroCreate result.Length)

        match primitive.Continuity with
        | Continuity.Smooth
        | Continuity.Kinked _ -> none.Value
        | Continuity.Switches ->
            let condition = operands.Head
            let branches = operands.Tail |> List.map _.Range

            result
            |> Array.mapi (fun i _ ->
                let at = condition.Range[i]

                if condition.Off[i] = 0.0 || at.Lower > 0.0 || at.Upper < 0.0 then
                    0.0
                else
                    branches
                    |> List.map (fun range -> range[i])
                    |> List.reduce Interval.hull
                    |> width)
        | Continuity.Steps _ when operands |> List.forall (fun x -> Array.forall ((=) 0.0) x.Off) ->
            none.Value
        | Continuity.Steps _ ->
            let bySign = looksAtSigns primitive

            operands
            |> List.map (fun x -> Array.map2 (fun off signed -> off = 0.0 || bySign && signed) x.Off x.Signed)
            |> feeding primitive.Kernel result.Length
            |> Array.map2 (fun y sameSide -> if Array.forall id sameSide then 0.0 else width y) result
        | Continuity.Unknown -> refuse primitive

    // ---- what errors of the operands become -------------------------------------------------------------------------

    /// <summary>The nodes that a rule makes of others whose values are given.</summary>
    [<Sealed>]
    type Local(outputs: Tensor list, given: Tensor list) =
        let known = HashSet<Tensor>(given, HashIdentity.Reference)

        let order =
            Graph.orderBy (fun x -> if known.Contains x then [] else Graph.operands x) outputs
            |> Array.filter (known.Contains >> not)

        /// The values of the outputs by another rule of the primitives, such as their enclosure.
        member _.Evaluate(constant: Values -> 'v[], rule: Primitive -> 'v[] list -> 'v[], values: 'v[] list) =
            let found = Dictionary<Tensor, 'v[]> HashIdentity.Reference
            List.iter2 (fun x value -> found[x] <- value) given values

            for x in order do
                found[x] <-
                    match x.Node with
                    | Constant numbers -> constant numbers
                    | Apply(primitive, operands) -> rule primitive (operands |> List.map (fun x -> found[x]))
                    | Input name ->
                        raise (HybridException $"A derivative needs the input {Printable.quote name}.")

            outputs |> List.map (fun output -> found[output])

        /// Bounds of the outputs.
        member this.Bounds(values: Interval[] list) : Interval[] list =
            this.Evaluate((fun values -> Array.map Interval.exactly values.AsDouble), _.Enclosure, values)

    /// What the operands' distances come to: with tangents, the rule for the result's tangent, given operands, result and them.
    let carried
        (primitive: Primitive)
        (tangents: Lazy<Local>)
        (operands: RoundedNode list)
        (result: Interval[])
        =
        let offs = operands |> List.map _.Off

        let isExact = offs |> List.forall (Array.forall ((=) 0.0))

        match primitive.Continuity, primitive.Rounding with
        | Continuity.Steps _, _ -> Array.zeroCreate result.Length
        | _ when isExact -> Array.zeroCreate result.Length
        | _, RoundingRule.Moves -> primitive.Reference offs
        | continuity, RoundingRule.Chooses ->
            let chosen =
                match continuity with
                | Continuity.Switches -> offs.Tail
                | _ -> offs

            feeding primitive.Kernel result.Length chosen |> Array.map Array.max
        | _, RoundingRule.Adds -> List.reduce (Array.map2 (+)) offs |> Array.map outward
        | _, RoundingRule.Elementary derivative ->
            Array.map2 (fun x off -> outward (magnitude (derivative x) * off)) operands.Head.Range offs.Head
        | _, RoundingRule.Sums ->
            let sizes = operands |> List.map (fun x -> Array.map magnitude x.Range)
            let values = Array.map magnitude result :: sizes @ offs

            tangents.Value.Evaluate(_.AsDouble, _.Reference, values)
            |> List.exactlyOne
            |> Array.map outward
        | _ ->
            let around = offs |> List.map (Array.map (fun off -> { Lower = -off; Upper = off }))

            tangents.Value.Bounds(result :: (operands |> List.map _.Range) @ around)
            |> List.exactlyOne
            |> Array.map magnitude

    /// A node, from its own errors and what its operands' come to.
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

        // one rounding does not pass 0; if operands are off, a part of their errors and all of the rounding may, and derivatives
        // are bounded for that, too
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
