namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core
open Hybrid.Data

/// How a model was trained, and on which data: what its file says about it.
type TrainingRecord =
    {
        Seed: uint64
        /// The sizes of the hidden layers; none where the layers were given, or came from another model.
        Hidden: int list option
        /// The number of frozen layers with weights.
        Frozen: int
        /// One for all hidden layers, or one per layer; none where there were maxout units, or the layers were given.
        Activations: string list option
        /// Of maxout units; 0 for others.
        MaxoutPieces: int
        Loss: string
        Optimizer: string
        /// None for L-BFGS.
        LearningRate: float option
        /// None for L-BFGS.
        Schedule: string option
        /// None for L-BFGS.
        BatchSize: int option
        /// The number of parts of a batch that were computed one by one; 1 for whole batches.
        Grains: int
        /// The maximum number of epochs.
        Epochs: int
        Patience: int
        /// The name of the metric that decided which epoch was best; none for the loss.
        StopBy: string option
        L1: float
        L2: float
        Dropout: float
        InputNoise: float
        MaxNorm: float option
        ClipNorm: float option
        /// The name of the source of gradients.
        Gradients: string
        ClassWeights: ClassWeights
        /// By how much columns may move around each example, in certified training.
        Certify: string option
        /// The share of the examples.
        Validation: float
        /// The number of folds of the cross-validation that decided how many epochs there are; 0 for none.
        Folds: int
        /// The share of the examples.
        Test: float
        /// The share of the examples that intervals were calibrated on; 0 without intervals.
        Calibration: float
        /// The temperature of the probabilities; none without calibration.
        Temperature: float option
        /// The number of examples that were split into parts.
        Examples: int
        /// The column that splits respected, as in group:patient.
        SplitBy: string option
        /// Distinguishes their targets from those of other data: see TrainingRecord.mark.
        Targets: string
        /// The epoch that the model comes from; none in files that do not say it.
        BestEpoch: int option
    }

module TrainingRecord =
    /// A mark of numbers in their order: different ones, or the same in a different order, have a different one.
    let private markOf (numbers: float32[]) (mark: uint64) : uint64 =
        (mark, numbers)
        ||> Array.fold (fun mark value -> Random.split mark (BitConverter.SingleToInt32Bits value))

    /// A mark of targets, and of the groups or times that splits respect.
    let mark (target: Target) (split: SplitColumn option) : string =
        let ofSplit =
            match split with
            | Some split -> markOf (Array.map float32 split.Values)
            | None -> id

        markOf (Target.numbers target) 0UL
        |> ofSplit
        |> _.ToString("x16", CultureInfo.InvariantCulture)

    // ---- one entry of a file's metadata for each field

    /// An entry: its text, if there is one for this record, and the record with what a text says; none where it says nothing.
    [<NoComparison; NoEquality>]
    type private Entry =
        {
            Key: string
            Write: TrainingRecord -> string option
            Read: string option -> TrainingRecord -> TrainingRecord option
        }

    /// How a value is written and read.
    [<NoComparison; NoEquality>]
    type private Form<'value> =
        {
            Text: 'value -> string
            Value: string -> 'value option
        }

    let private parsed (success: bool, value: 'value) = if success then Some value else None

    let private word: Form<string> = { Text = id; Value = Some }

    let private seed: Form<uint64> =
        {
            Text = _.ToString(CultureInfo.InvariantCulture)
            Value =
                fun text -> UInt64.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) |> parsed
        }

    let private whole: Form<int> =
        {
            Text = _.ToString(CultureInfo.InvariantCulture)
            Value =
                fun text -> Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) |> parsed
        }

    let private number: Form<float> =
        {
            Text = _.ToString("R", CultureInfo.InvariantCulture)
            Value =
                fun text ->
                    Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
                    |> parsed
        }

    let private list (form: Form<'value>) : Form<'value list> =
        {
            Text = List.map form.Text >> String.concat ","
            Value =
                fun text ->
                    let parts = if text = "" then [] else List.ofArray (text.Split ',')
                    let values = List.choose form.Value parts
                    if values.Length = parts.Length then Some values else None
        }

    let private classWeights: Form<ClassWeights> =
        {
            Text = ClassWeights.text
            Value =
                fun text ->
                    try
                        Some(ClassWeights.parse text)
                    with :? OptionException ->
                        None
        }

    let private entry key (form: Form<'value>) get set : Entry =
        {
            Key = key
            Write = get >> form.Text >> Some
            Read =
                fun text record ->
                    text |> Option.bind form.Value |> Option.map (fun value -> set value record)
        }

    let private optional key (form: Form<'value>) get set : Entry =
        {
            Key = key
            Write = get >> Option.map form.Text
            Read =
                fun text record ->
                    match text with
                    | None -> Some(set None record)
                    | Some text -> form.Value text |> Option.map (fun value -> set (Some value) record)
        }

    /// An entry that is left out for a usual value.
    let private unless usual key (form: Form<'value>) get set : Entry =
        optional
            key
            form
            (fun record ->
                let value = get record
                if value = usual then None else Some value)
            (Option.defaultValue usual >> set)

    let private entries: Entry list =
        [
            entry "seed" seed _.Seed (fun x r -> { r with Seed = x })
            optional "hidden" (list whole) _.Hidden (fun x r -> { r with Hidden = x })
            unless 0 "frozen" whole _.Frozen (fun x r -> { r with Frozen = x })
            optional "activation" (list word) _.Activations (fun x r -> { r with Activations = x })
            unless 0 "maxout" whole _.MaxoutPieces (fun x r -> { r with MaxoutPieces = x })
            entry "loss" word _.Loss (fun x r -> { r with Loss = x })
            entry "optimizer" word _.Optimizer (fun x r -> { r with Optimizer = x })
            optional "learning-rate" number _.LearningRate (fun x r -> { r with LearningRate = x })
            optional "schedule" word _.Schedule (fun x r -> { r with Schedule = x })
            optional "batch-size" whole _.BatchSize (fun x r -> { r with BatchSize = x })
            unless 1 "grains" whole _.Grains (fun x r -> { r with Grains = x })
            entry "epochs" whole _.Epochs (fun x r -> { r with Epochs = x })
            entry "patience" whole _.Patience (fun x r -> { r with Patience = x })
            optional "stop-by" word _.StopBy (fun x r -> { r with StopBy = x })
            entry "l1" number _.L1 (fun x r -> { r with L1 = x })
            entry "l2" number _.L2 (fun x r -> { r with L2 = x })
            entry "dropout" number _.Dropout (fun x r -> { r with Dropout = x })
            entry "input-noise" number _.InputNoise (fun x r -> { r with InputNoise = x })
            optional "max-norm" number _.MaxNorm (fun x r -> { r with MaxNorm = x })
            optional "clip-norm" number _.ClipNorm (fun x r -> { r with ClipNorm = x })
            unless GradientSource.graph.Name "gradients" word _.Gradients (fun x r ->
                { r with Gradients = x })
            unless ClassWeights.Alike "class-weights" classWeights _.ClassWeights (fun x r ->
                { r with ClassWeights = x })
            optional "certify" word _.Certify (fun x r -> { r with Certify = x })
            entry "validation" number _.Validation (fun x r -> { r with Validation = x })
            unless 0 "folds" whole _.Folds (fun x r -> { r with Folds = x })
            entry "test" number _.Test (fun x r -> { r with Test = x })
            unless 0.0 "calibration" number _.Calibration (fun x r -> { r with Calibration = x })
            optional "temperature" number _.Temperature (fun x r -> { r with Temperature = x })
            entry "examples" whole _.Examples (fun x r -> { r with Examples = x })
            optional "split-by" word _.SplitBy (fun x r -> { r with SplitBy = x })
            entry "targets" word _.Targets (fun x r -> { r with Targets = x })
            optional "best-epoch" whole _.BestEpoch (fun x r -> { r with BestEpoch = x })
        ]

    let private nothing: TrainingRecord =
        {
            Seed = 0UL
            Hidden = None
            Frozen = 0
            Activations = None
            MaxoutPieces = 0
            Loss = ""
            Optimizer = ""
            LearningRate = None
            Schedule = None
            BatchSize = None
            Grains = 1
            Epochs = 0
            Patience = 0
            StopBy = None
            L1 = 0.0
            L2 = 0.0
            Dropout = 0.0
            InputNoise = 0.0
            MaxNorm = None
            ClipNorm = None
            Gradients = GradientSource.graph.Name
            ClassWeights = ClassWeights.Alike
            Certify = None
            Validation = 0.0
            Folds = 0
            Test = 0.0
            Calibration = 0.0
            Temperature = None
            Examples = 0
            SplitBy = None
            Targets = ""
            BestEpoch = None
        }

    /// The record as names and texts, as model files have them.
    let toTexts (record: TrainingRecord) : (string * string) list =
        entries
        |> List.choose (fun entry -> entry.Write record |> Option.map (fun text -> entry.Key, text))

    /// <summary>The record of names and texts, and those of them that do not belong to it. If one that every training writes is
    /// missing or malformed, there is no record.</summary>
    let ofTexts (texts: (string * string) list) : TrainingRecord option * (string * string) list =
        let find key =
            texts |> List.tryFind (fst >> (=) key) |> Option.map snd

        let record =
            (Some nothing, entries)
            ||> List.fold (fun record entry -> record |> Option.bind (entry.Read(find entry.Key)))

        match record with
        | Some _ ->
            record,
            texts
            |> List.filter (fun (key, _) -> entries |> List.forall (fun entry -> entry.Key <> key))
        | None -> None, texts

    /// What the record shows of the training: a best epoch that was the last one allowed.
    let notes (record: TrainingRecord) : Note list =
        // certified training reaches the whole box late
        if
            record.BestEpoch = Some record.Epochs
            && record.Validation > 0.0
            && record.Certify.IsNone
        then
            [
                {
                    Columns = []
                    Says =
                        $"the best epoch was the last one allowed, {record.Epochs}, so training may have ended too early"
                    Remedies = [ Remedy.Set(OptionName.Epochs, string (2 * record.Epochs), "") ]
                }
            ]
        else
            []
