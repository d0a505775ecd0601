namespace Hybrid.Exchange

open Hybrid.Core

/// Further outputs of a graph: the ends of an interval around its first output, or the set of classes by it.
module internal ConformalOutputs =
    /// What the ends of intervals and sets of classes are called.
    let Lower, Upper, Set = "lower", "upper", "set"

    let private add (ports: string list) (nodes: OnnxNode list) (graph: OnnxGraph) : OnnxGraph =
        let port = graph.Outputs.Head

        { graph with
            Outputs = graph.Outputs @ (ports |> List.map (fun name -> { port with Name = name }))
            Nodes = graph.Nodes @ nodes
        }

    /// lower and upper, [batch; 1]: the output less and plus half the interval's length, in the output's precision.
    let interval (threshold: float) (graph: OnnxGraph) : OnnxGraph =
        let port = graph.Outputs.Head
        let name = "interval/threshold"

        let tensor =
            {
                OnnxTensor.Name = name
                Dimensions = []
                Values =
                    if port.Type = OnnxType.Double then
                        Doubles [| threshold |]
                    else
                        Floats [| float32 threshold |]
            }

        add
            [ Lower; Upper ]
            [
                OnnxNode.create "Constant" [] name [ "value", OnnxAttribute.Tensor tensor ]
                OnnxNode.create "Sub" [ port.Name; name ] Lower []
                OnnxNode.create "Add" [ port.Name; name ] Upper []
            ]
            graph

    /// set, [batch; classes]: 1 for a class whose output is at least the threshold, and 0 for others.
    let set (threshold: float) (graph: OnnxGraph) : OnnxGraph =
        let name = "set/threshold"

        add
            [ Set ]
            [
                OnnxNode.scalar name (float32 threshold)
                yield! OnnxNode.toFloat "GreaterOrEqual" [ graph.Outputs.Head.Name; name ] Set []
            ]
            graph
