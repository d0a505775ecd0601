namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data
open Hybrid.Exchange

/// <summary>An ONNX file written by a different program: it does not name its columns and classes, nor say what its
/// numbers mean.</summary>
[<NoComparison; ReferenceEquality>]
type ForeignFile =
    {
        /// The network as stored in the file, from rows of columns to rows of numbers.
        Network: Network
        /// The number of columns per example.
        Inputs: int
        /// How many numbers it returns for an example.
        Outputs: int
    }

module ForeignFile =
    let private fail message = raise (HybridException message)

    let private product (extents: int list) =
        List.fold (fun product extent -> Checked.(*) product extent) 1 extents

    /// The extents of one example.
    let private form (port: OnnxPort) : int list =
        let form =
            match port.Dimensions with
            | [] -> []
            | _ :: others ->
                others
                |> List.map (function
                    | Fixed extent -> extent
                    | Free _ -> 0)

        if form.IsEmpty || List.exists (fun extent -> extent <= 0) form then
            fail $"its input {Printable.quote port.Name} does not say how many numbers an example has"

        form

    /// As many examples as there are numbers for: the axis of a single one may have been squeezed away.
    let private reshaped kind (form: int list) : Network =
        let numbers = max 1 (product form)

        Layer.ofFunction kind (fun x -> Tensor.reshape (Shape.size x.Shape / numbers :: form) x)
        |> Network.ofLayer

    /// The network with one row of numbers per example, and their number.
    let private rows (inputs: int) (network: Network) : Network * int =
        let shape examples =
            (Network.forward network (Tensor.input "x" [ examples; inputs ])).Shape

        // two sizes, to detect a network made for one batch size
        match shape 2, shape 3 with
        | 2 :: row, 3 :: other when row = other ->
            match row with
            | [ outputs ] -> network, outputs
            | _ -> network >=> reshaped "flatten" [ product row ], product row
        | two, three ->
            let text (shape: Shape) =
                shape |> List.map string |> String.concat ", "

            fail
                $"for 2 examples it returns shape [{text two}] and for 3 [{text three}], not one row per example. Export the model for batches of every size"

    /// <summary>The network of a file.</summary>
    /// <exception cref="T:Hybrid.HybridException">The file has an operator that is unsupported, or does not return one row of
    /// numbers for each row.</exception>
    let ofOnnx (file: OnnxModel) : ForeignFile =
        let read = Imported.network file.Opset file.Graph

        let form =
            match file.Graph.Inputs with
            | [ port ] -> form port
            | _ -> fail "its graph has no input"

        let inputs = product form

        let network, outputs =
            rows
                inputs
                (if form.Length = 1 then
                     read
                 else
                     reshaped "reshape" form >=> read)

        {
            Network = network
            Inputs = inputs
            Outputs = outputs
        }

    let private isProbability (file: ForeignFile) =
        file.Outputs = 1 && Ending.ofNetwork file.Inputs file.Network = Ending.Sigmoid

    /// One score, or its sigmoid, stands for two classes.
    let private twoClasses (file: ForeignFile) : Network =
        (if isProbability file then
             Network.withoutLast file.Network
         else
             file.Network)
        >=> Activation.twoClasses
        >=> Activation.softmax

    let private named columns target (classes: string[] option) (file: ForeignFile) : Model =
        let network =
            if classes.IsSome && file.Outputs = 1 then
                twoClasses file
            else
                file.Network

        Model.create
            network
            {
                Columns = columns
                TargetName = target
                Classes = classes
                Reading = Reading.plain
            }
            (if classes.IsNone then Loss.squared else Loss.softmax)

    let private digits count = Array.init count string

    /// A model with numbers for names: columns x1, x2, …, and classes 0, 1, … where there are several outputs or a probability.
    let unnamed (file: ForeignFile) : Model =
        let columns = Array.init file.Inputs (fun i -> Column.numeric $"x{i + 1}")

        let classes = if isProbability file then 2 else file.Outputs
        named columns $"x{file.Inputs + 1}" (if classes = 1 then None else Some(digits classes)) file

    /// The names of the classes of some data, or their numbers where they are numbers below the number of outputs.
    let private classesFor (table: Table) (file: ForeignFile) : string[] option =
        match table.Target with
        | Quantity _ when file.Outputs = 1 -> None
        | Quantity _ ->
            fail
                $"{table.Source}: the target {Printable.quote table.TargetName} is a quantity, but the file returns {file.Outputs} numbers. Ask for a classification."
        | Classes(names, _) ->
            let count = max file.Outputs 2

            if names |> Array.forall (fun name -> Array.contains name (digits count)) then
                Some(digits count)
            elif names.Length = count then
                Some names
            else
                let numbers =
                    if file.Outputs = 1 then
                        "number, enough for two"
                    else
                        "numbers"

                fail
                    $"{table.Source}: the target {Printable.quote table.TargetName} has {names.Length} classes, but the file returns {file.Outputs} {numbers}. Give data with its classes, or ask for a regression if the target is a quantity."

    /// <summary>A model with the names of some data: the columns in their order, and the classes in theirs, or by their numbers
    /// where they are numbers below the number of outputs.</summary>
    /// <exception cref="T:Hybrid.HybridException">The data does not fit the file.</exception>
    let forTable (table: Table) (file: ForeignFile) : Model =
        if table.Columns.Length <> file.Inputs then
            fail
                $"{table.Source}: the file takes {file.Inputs} columns, but there are {table.Columns.Length} apart from the target. Ignore columns, or name the target."

        match table.Columns |> Array.tryFind _.Kind.IsCategory with
        | Some category ->
            fail
                $"{table.Source}: the column {Printable.quote category.Name} holds text, but the file takes numbers. Give numbers, encoded as in the file's training data."
        | None -> named table.Columns table.TargetName (classesFor table file) file

    /// <summary>A file in this library's own form: a row of columns per example, the nodes and weights of its layers. Its results
    /// and its metadata stay the same.</summary>
    /// <exception cref="T:Hybrid.HybridException">As for ofOnnx, or the graph changes with the batch size.</exception>
    let converted (file: OnnxModel) : OnnxModel =
        let read = ofOnnx file

        let output =
            match file.Graph.Outputs.Head.Name with
            | "input" -> "output"
            | name -> name

        {
            Graph = Exported.graph Model.Producer read.Inputs output read.Network
            Opset = Model.Opset
            Producer = Model.Producer
            Metadata = file.Metadata
        }
