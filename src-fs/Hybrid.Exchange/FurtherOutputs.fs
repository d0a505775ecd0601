namespace Hybrid.Exchange

open Hybrid.Core

/// Further outputs of a graph: the ends of intervals around its first output, the set of classes by it, or its columns by their names.
module internal FurtherOutputs =
    /// What the ends of intervals and sets of classes are called.
    let Lower, Upper, Set = "lower", "upper", "set"

    let private add (ports: string list) (nodes: OnnxNode list) (graph: OnnxGraph) : OnnxGraph =
        let port = graph.Outputs.Head

        { graph with
            Outputs = graph.Outputs @ (ports |> List.map (fun name -> { port with Name = name }))
            Nodes = graph.Nodes @ nodes
        }

    /// lower and upper, [batch; targets]: the output less and plus half the intervals' lengths, in the output's precision.
    let intervals (thresholds: float list) (graph: OnnxGraph) : OnnxGraph =
        let port = graph.Outputs.Head
        let name = "interval/threshold"

        let tensor =
            {
                OnnxTensor.Name = name
                Dimensions = (if thresholds.Length = 1 then [] else [ thresholds.Length ])
                Values =
                    if port.Type = OnnxType.Double then
                        Doubles(Array.ofList thresholds)
                    else
                        Floats [| for threshold in thresholds -> float32 threshold |]
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

    /// Each column of the first output, [batch; 1], by its name.
    let columns (names: string list) (graph: OnnxGraph) : OnnxGraph =
        let port = graph.Outputs.Head
        let place name = $"{name}/column"

        { graph with
            Outputs =
                graph.Outputs
                @ [
                    for name in names ->
                        { port with
                            Name = name
                            Dimensions = [ port.Dimensions.Head; Fixed 1 ]
                        }
                ]
            Nodes =
                graph.Nodes
                @ [
                    for index, name in List.indexed names do
                        let tensor =
                            {
                                OnnxTensor.Name = place name
                                Dimensions = [ 1 ]
                                Values = Integers [| int64 index |]
                            }

                        OnnxNode.create "Constant" [] (place name) [ "value", OnnxAttribute.Tensor tensor ]

                        OnnxNode.create
                            "Gather"
                            [ port.Name; place name ]
                            name
                            [ "axis", OnnxAttribute.Integer 1L ]
                ]
        }
