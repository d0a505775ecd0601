namespace Hybrid.Exchange

open System
open Hybrid.Core

/// What a graph subtracts from its inputs and adds to its outputs in double precision. Its network computes in float32, whose 24
/// binary digits do not tell apart numbers that are large beside their differences.
type internal Offsets =
    {
        /// A number per input; none where nothing is subtracted.
        Inputs: float[]
        /// A number per output; none where nothing is added.
        Outputs: float[]
    }

/// <summary>Offsets in graphs. An input of float64 has its offsets subtracted, and becomes float32; an output becomes float64, and
/// has its offsets added.</summary>
module internal Offsets =
    /// The format's codes for float32 and float64.
    let private single, private double = 1L, 11L

    let private cast (code: int64) input output : OnnxNode =
        OnnxNode.create "Cast" [ input ] output [ "to", OnnxAttribute.Integer code ]

    let private constant output (values: float[]) : OnnxNode =
        let tensor =
            {
                OnnxTensor.Name = output
                Dimensions = [ values.Length ]
                Values = Doubles values
            }

        OnnxNode.create "Constant" [] output [ "value", OnnxAttribute.Tensor tensor ]

    /// The nodes with another name for one value.
    let private renamed (before: string) (after: string) (nodes: OnnxNode list) : OnnxNode list =
        let rename name = if name = before then after else name

        nodes
        |> List.map (fun node ->
            { node with
                Inputs = List.map rename node.Inputs
                Outputs = List.map rename node.Outputs
            })

    // ---- writing

    let private subtracted (offsets: float[]) (graph: OnnxGraph) : OnnxGraph =
        let port = List.exactlyOne graph.Inputs
        let part name = $"{port.Name}/{name}"

        { graph with
            Inputs = [ { port with Type = OnnxType.Double } ]
            Nodes =
                [
                    constant (part "offset") offsets
                    OnnxNode.create "Sub" [ port.Name; part "offset" ] (part "centred") []
                    cast single (part "centred") (part "float32")
                    yield! renamed port.Name (part "float32") graph.Nodes
                ]
        }

    let private added (offsets: float[]) (graph: OnnxGraph) : OnnxGraph =
        let port = List.exactlyOne graph.Outputs
        let part name = $"{port.Name}/{name}"

        { graph with
            Outputs = [ { port with Type = OnnxType.Double } ]
            Nodes =
                [
                    yield! renamed port.Name (part "float32") graph.Nodes
                    cast double (part "float32") (part "centred")
                    constant (part "offset") offsets
                    OnnxNode.create "Add" [ part "centred"; part "offset" ] port.Name []
                ]
        }

    /// The graph with offsets around it, unchanged where there are none.
    let add (offsets: Offsets) (graph: OnnxGraph) : OnnxGraph =
        graph
        |> if Array.forall ((=) 0.0) offsets.Inputs then
               id
           else
               subtracted offsets.Inputs
        |> if Array.forall ((=) 0.0) offsets.Outputs then
               id
           else
               added offsets.Outputs

    // ---- reading

    let private isCast code (node: OnnxNode) =
        node.Operator = "Cast"
        && List.contains ("to", OnnxAttribute.Integer code) node.Attributes

    let private readers (graph: OnnxGraph) (name: string) : OnnxNode list =
        graph.Nodes |> List.filter (fun node -> List.contains name node.Inputs)

    /// As many numbers as wanted, if the constant holds them, or one for all of them.
    let private numbers (graph: OnnxGraph) (name: string) (count: int) : float[] option =
        match (Rewriting.constants graph).TryGetValue name with
        | true,
          {
              Values = Doubles values
              Dimensions = dimensions
          } when dimensions.Length <= 2 && Array.forall Double.IsFinite values ->
            match values with
            | [| one |] -> Some(Array.replicate count one)
            | _ when values.Length = count && List.last dimensions = count -> Some values
            | _ -> None
        | _ -> None

    let private without (nodes: OnnxNode list) (graph: OnnxGraph) : OnnxNode list =
        graph.Nodes
        |> List.filter (fun node -> not (List.exists (fun other -> obj.ReferenceEquals(node, other)) nodes))

    let private ofInput (graph: OnnxGraph) : float[] * OnnxGraph =
        let output = graph.Outputs.Head.Name

        match graph.Inputs with
        | [ { Dimensions = [ _; Fixed width ] } as port ] ->
            match readers graph port.Name with
            | [ {
                    Operator = "Sub"
                    Inputs = [ x; offset ]
                    Outputs = [ centred ]
                } as node ] when x = port.Name && centred <> output ->
                match numbers graph offset width, readers graph centred with
                | None, _ -> [||], graph
                | Some offsets, rest ->
                    let result, nodes =
                        match rest with
                        | [ { Outputs = [ single' ] } as next ] when isCast single next && single' <> output ->
                            single', [ node; next ]
                        | _ -> centred, [ node ]

                    offsets,
                    { graph with
                        Inputs = [ { port with Type = OnnxType.Real } ]
                        Nodes = without nodes graph |> renamed result port.Name
                    }
            | _ -> [||], graph
        | _ -> [||], graph

    let private ofOutput (graph: OnnxGraph) : float[] * OnnxGraph =
        let port = graph.Outputs.Head

        let producer name =
            graph.Nodes |> List.tryFind (fun node -> List.contains name node.Outputs)

        match port.Dimensions, producer port.Name with
        | [ _; Fixed outputs ],
          Some({
                   Operator = "Add"
                   Inputs = [ sum; offset ]
               } as node) ->
            match numbers graph offset outputs, producer sum with
            | Some offsets, Some({ Inputs = [ single ] } as next) when
                isCast double next
                && (producer single).IsSome
                && (readers graph sum).Length = 1
                && (readers graph single).Length = 1
                ->
                offsets,
                { graph with
                    Outputs = [ { port with Type = OnnxType.Real } ]
                    Nodes = without [ node; next ] graph |> renamed single port.Name
                }
            | _ -> [||], graph
        | _ -> [||], graph

    /// <summary>The offsets around a graph, and what they are around: a difference of its only input and a constant of float64, and
    /// a sum of its first output, as float64, and such a constant.</summary>
    let split (graph: OnnxGraph) : Offsets * OnnxGraph =
        let inputs, within = ofInput graph
        let outputs, within = ofOutput within

        { Inputs = inputs; Outputs = outputs },
        if inputs.Length = 0 && outputs.Length = 0 then
            graph
        else
            Rewriting.pruned within
