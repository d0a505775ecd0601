namespace Hybrid.Models

open System
open System.Globalization
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
        /// The extents that an example has in the file; those of an image, if there are three.
        Extents: int list
        /// How many numbers it returns for an example.
        Outputs: int
        /// The names of the columns, if the file has an input for each.
        Columns: string[] option
        /// What the columns hold: numbers, less what the file subtracts, or texts that the file distinguishes.
        Kinds: ColumnKind[]
        /// What is to be added to each of the quantities that the network returns.
        Offsets: float[]
        /// The names of the classes, if the file gives them to its outputs.
        Classes: string[] option
        /// Inputs that the result does not depend on, and further outputs, but for the labels of classes that have names.
        Unused: string list * string list
        /// Whether it takes float64, which is rounded to float32 here.
        IsRounded: bool
        /// Whether it certainly takes pixels from 0 to 255, which it makes smaller numbers of.
        ScalesPixels: bool
    }

    /// The file for images of some data, in the order of their numbers, if they are images.
    member internal this.ForImages (source: string) (image: ImageShape option) : ForeignFile =
        match image with
        | Some image ->
            { this with
                Network = ForeignImages.network source image this.Extents this.Inputs this.Network
            }
        | None -> this

module ForeignFile =
    let private fail message = raise (HybridException message)

    /// <summary>The network of a file.</summary>
    /// <exception cref="T:Hybrid.HybridException">The file has an operator that is unsupported, or does not return one row of
    /// numbers for each row.</exception>
    let ofOnnx (file: OnnxModel) : ForeignFile =
        let read = Tabular.ofGraph file.Opset file.Graph

        {
            Network = read.Network
            Inputs = read.Inputs
            Extents = read.Extents
            Outputs = read.Outputs
            Columns = read.Columns
            Kinds =
                Array.map2
                    (fun texts offset ->
                        match texts with
                        | Some texts -> Category texts
                        | None ->
                            Number
                                { NumberFormat.plain with
                                    Offset = offset
                                })
                    read.Categories
                    read.Offsets.Inputs
            Offsets = read.Offsets.Outputs
            Unused =
                read.Unused,
                [
                    for port in file.Graph.Outputs.Tail do
                        if read.Classes.IsNone || port.Type.IsReal || port.Type.IsDouble then
                            port.Name
                ]
            IsRounded = read.IsRounded
            ScalesPixels = Pixels.areScaled file.Graph
            Classes = read.Classes |> Option.filter (fun names -> names.Length = max read.Outputs 2)
        }

    let private isProbability (file: ForeignFile) =
        file.Outputs = 1
        && file.Offsets[0] = 0.0
        && Ending.ofNetwork file.Inputs file.Network = Ending.Sigmoid

    /// One score, or its sigmoid, stands for two classes.
    let private twoClasses (file: ForeignFile) : Network =
        let scores =
            if isProbability file then
                Network.withoutLast file.Network
            elif file.Offsets[0] = 0.0 then
                file.Network
            else
                file.Network
                >=> Network.ofLayer (Preprocessing.unscale [| struct (file.Offsets[0], 1.0) |])

        scores >=> Activation.twoClasses >=> Activation.softmax

    let private named
        (columns: Column[])
        (targets: string[])
        (classes: string[] option)
        (file: ForeignFile)
        : Model =
        let network =
            if classes.IsSome && file.Outputs = 1 then
                twoClasses file
            else
                file.Network

        Model.create
            network
            {
                Columns = columns
                Targets =
                    targets
                    |> Array.mapi (fun output name ->
                        {
                            Name = name
                            Kind =
                                match classes with
                                | Some names -> Category names
                                | None ->
                                    Number
                                        { NumberFormat.plain with
                                            Offset = file.Offsets[output]
                                        }
                        })
                Reading = Reading.plain
            }
            (if classes.IsNone then Loss.squared else Loss.softmax)
        |> (if file.IsRounded then Model.withRoundedInput else id)
        |> Model.withUnused (fst file.Unused) (snd file.Unused)

    let private digits count = Array.init count string

    /// Whether the outputs are certainly about classes: they have names, or are probabilities. Other numbers may be scores of
    /// classes or quantities.
    let isClassifier (file: ForeignFile) : bool =
        file.Classes.IsSome
        || isProbability file
        || file.Outputs > 1
           && match Ending.ofNetwork file.Inputs file.Network with
              | Ending.Softmax
              | Ending.LogSoftmax -> true
              | _ -> false

    /// A model with the names of the file, or numbers for names: columns x1, x2, …, and classes 0, 1, … of a classifier.
    let unnamed (file: ForeignFile) : Model =
        let columns =
            file.Columns
            |> Option.defaultWith (fun () -> Array.init file.Inputs (fun i -> $"x{i + 1}"))
            |> Array.map2 (fun kind name -> { Name = name; Kind = kind }) file.Kinds

        let classes =
            if isClassifier file then
                file.Classes |> Option.defaultValue (digits (max 2 file.Outputs)) |> Some
            else
                None

        let targets =
            if classes.IsNone && Array.exists ((<>) 0.0) file.Offsets then
                // to which something is added are quantities
                Array.init file.Outputs (fun output -> $"x{file.Inputs + 1 + output}")
            else
                [| $"x{file.Inputs + 1}" |]

        named columns targets classes file

    /// The model of a file for such images, if they are images: what is trained further takes them too.
    let internal taking (image: ImageShape option) (file: ForeignFile) (model: Model) : Model =
        let taking =
            { model with
                Schema =
                    { model.Schema with
                        Reading =
                            { model.Schema.Reading with
                                Image = image
                            }
                    }
            }

        if image.IsSome && not file.ScalesPixels then
            Model.withPlainPixels taking
        else
            taking

    /// Whether texts are numbers with decimals, which no classes are called.
    let private areQuantities (names: string[]) : bool =
        let numbers =
            names
            |> Array.map (fun name ->
                match Double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture) with
                | true, number -> Some number
                | _ -> None)

        Array.forall Option.isSome numbers
        && numbers |> Array.exists (Option.exists (fun number -> number <> floor number))

    /// The classes of the file; or the names of those of some data, or their numbers where they are numbers below the number of
    /// outputs.
    let private classesFor (table: Table) (file: ForeignFile) : string[] option =
        let severalQuantities () =
            fail
                $"{table.Source}: the target {Printable.quote table.TargetName} is a quantity, but the model returns {file.Outputs} numbers. Give a target with {file.Outputs} classes, or {file.Outputs} targets."

        match table.Target with
        | Labels _ ->
            fail
                $"{table.Source}: the targets {Printable.quote table.TargetName} are yes or no, of which a file from elsewhere does not tell. Give one target, or quantities."
        | Classes _ when file.Classes.IsSome && file.Classes <> Some(digits file.Outputs) -> file.Classes
        | Quantity _ when file.Outputs = table.Targets.Length -> None
        | Quantity _ -> severalQuantities ()
        | Classes(names, _) ->
            let count = max file.Outputs 2

            if names |> Array.forall (fun name -> Array.contains name (digits count)) then
                Some(digits count)
            elif names.Length = count then
                Some names
            elif file.Outputs > 1 && areQuantities names then
                severalQuantities ()
            else
                let returned, otherwise =
                    if file.Outputs = 1 then
                        "1 number, a quantity or a score for two classes",
                        ", or ask for a regression if the target is a quantity"
                    else
                        $"{file.Outputs} numbers, as many quantities or scores of classes", ""

                fail
                    $"{table.Source}: the target {Printable.quote table.TargetName} has {names.Length} classes, but the model returns {returned}. Give data with its classes{otherwise}."

    /// The names of the columns of some data in the file's order: by the file's own names, or by position if the data has none of
    /// them.
    let private namesFor (table: Table) (file: ForeignFile) : string[] =
        let own = table.Columns |> Array.map _.Name
        let list = Seq.map Printable.quote >> String.concat ", "

        match
            file.Columns
            |> Option.map (Array.partition (fun name -> Array.contains name own))
        with
        | None
        | Some([||], _) -> own
        | Some(names, [||]) -> names
        | Some(_, missing) ->
            fail
                $"{table.Source}: the model takes the columns {list file.Columns.Value}, of which {list missing} are missing. Name the columns as the model does, or none of them."

    /// <summary>A model with the names of some data: the columns in their order, and the classes in theirs, or by their numbers
    /// where they are numbers below the number of outputs.</summary>
    /// <exception cref="T:Hybrid.HybridException">The data does not fit the file.</exception>
    let forTable (table: Table) (file: ForeignFile) : Model =
        let file = file.ForImages table.Source table.Image

        if table.Columns.Length <> file.Inputs then
            fail
                $"""{table.Source}: the model takes {Printable.count file.Inputs "column"}, but there are {table.Columns.Length} apart from the target. Ignore columns, or name the target."""

        // as numbers less what the file subtracts, or as texts in the file's order
        let columns =
            namesFor table file
            |> Array.map2 (fun kind name -> { Name = name; Kind = kind }) file.Kinds

        let texts =
            table.Columns |> Array.filter _.Kind.IsCategory |> Array.map _.Name |> Set

        match
            columns
            |> Array.tryFind (fun column -> texts.Contains column.Name && not column.Kind.IsCategory)
        with
        | Some category ->
            fail
                $"{table.Source}: the column {Printable.quote category.Name} holds text, but the model takes numbers. Give numbers, encoded as in the model's training data."
        | None ->
            named columns (table.Targets |> Array.map _.Name) (classesFor table file) file
            |> taking table.Image file
