namespace Hybrid.Exchange

open Hybrid.Core

/// Operators of ONNX's second domain, ai.onnx.ml, with which scikit-learn and ML.NET write what comes before and after a network.
module internal Classical =
    [<Literal>]
    let Domain = "ai.onnx.ml."

    let private row (values: float[]) : Tensor =
        Tensor.constant [ values.Length ] values

    /// (x - offset) · scale, each the same for all columns or one per column.
    let private scaler: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0

            let each name standard =
                NodeCall.numbers call name |> Option.defaultValue [| standard |] |> row

            [ Operand.real ((x - each "offset" 0.0) * each "scale" 1.0) ]

    /// Each row divided by its largest element, its sum of magnitudes or its length; unchanged where that is 0.
    let private normalizer: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let last = x.Shape.Length - 1

            if last < 0 then
                NodeCall.refuse call "its operand is not a row."

            let size =
                match NodeCall.text call "norm" "MAX" with
                | "MAX" -> Reductions.reduce Tensor.max [ last ] true x
                | "L1" -> Normalizations.length 1 last x
                | "L2" -> Normalizations.length 2 last x
                | other -> NodeCall.refuse call $"there is no norm {Printable.quote other}."

            [ Operand.real (Normalizations.divided size x) ]

    /// Numbers in place of missing values, the same for all columns or one per column.
    let private imputer: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0

            let imputed, missing =
                match
                    NodeCall.numbers call "imputed_value_floats", NodeCall.numbers call "imputed_value_int64s"
                with
                | Some values, _ -> values, NodeCall.number call "replaced_value_float" 0.0
                | None, Some values -> values, float (NodeCall.integer call "replaced_value_int64" 0)
                | None, None -> NodeCall.refuse call "it does not say what to put in place of missing values."

            let isMissing =
                if System.Double.IsNaN missing then
                    Tensor.isNaN x.Tensor
                else
                    Tensor.equal x.Tensor (Tensor.scalar missing)

            [ Operand.ofKind x.Kind (Tensor.select isMissing (row imputed) x.Tensor) ]

    let private wholeOf (x: Operand) : Tensor =
        match x.Kind with
        | Real -> Arithmetic.truncate x.Tensor
        | _ -> x.Tensor

    /// A last axis with 1 at the place of the element's category and 0 elsewhere.
    let private oneHot: OperatorRule =
        fun call ->
            match NodeCall.numbers call "cats_int64s" with
            | None -> NodeCall.refuse call "its categories are texts, and a network computes with numbers."
            | Some categories ->
                let x = wholeOf (NodeCall.operand call 0)
                let column = Tensor.reshape (x.Shape @ [ 1 ]) x
                [ Operand.real (Tensor.equal column (row categories)) ]

    /// A table from numbers to numbers.
    let private labelEncoder: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0

            let either first second =
                NodeCall.numbers call first |> Option.orElse (NodeCall.numbers call second)

            match
                either "keys_int64s" "keys_floats",
                NodeCall.numbers call "values_int64s",
                NodeCall.numbers call "values_floats"
            with
            | Some keys, wholes, reals when wholes.IsSome <> reals.IsSome ->
                let values = Option.orElse reals wholes |> Option.get

                let standard =
                    if wholes.IsSome then
                        float (NodeCall.integer call "default_int64" -1)
                    else
                        NodeCall.number call "default_float" 0.0

                if keys.Length <> values.Length then
                    NodeCall.refuse call "its keys and values differ in number."

                call.Spend(64L * int64 keys.Length)

                let assign key value rest =
                    Tensor.select (Tensor.equal x (Tensor.scalar key)) (Tensor.scalar value) rest

                [
                    Array.foldBack2 assign keys values (Tensor.fill standard x.Shape)
                    |> Operand.ofKind (if wholes.IsSome then Whole else Real)
                ]
            | _ -> NodeCall.refuse call "its keys or values are texts, and a network computes with numbers."

    /// The columns at given places.
    let private arrayFeatureExtractor: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0
            let last = x.Tensor.Shape.Length - 1

            if last < 0 then
                NodeCall.refuse call "its operand is not a row."

            let places =
                NodeCall.indices call "indices" (NodeCall.operand call 1)
                |> Array.map (fun place ->
                    if place < 0L || place >= int64 x.Tensor.Shape[last] then
                        NodeCall.refuse
                            call
                            $"there is no element {place} on an axis of {x.Tensor.Shape[last]}."

                    int place)

            let picked = Indexing.pick call last places x.Tensor

            [
                (if last = 0 then
                     Tensor.reshape [ 1; places.Length ] picked
                 else
                     picked)
                |> Operand.ofKind x.Kind
            ]

    let private featureVectorizer: OperatorRule =
        fun call -> [ Operand.real (Tensor.concat 1 (NodeCall.all call |> List.map _.Tensor)) ]

    let private binarizer: OperatorRule =
        fun call ->
            let threshold = NodeCall.number call "threshold" 0.0

            [
                Operand.real (Tensor.greater (NodeCall.tensor call 0) (Tensor.scalar threshold))
            ]

    let rules: (string * OperatorRule) list =
        [
            "Scaler", scaler
            "Normalizer", normalizer
            "Imputer", imputer
            "OneHotEncoder", oneHot
            "LabelEncoder", labelEncoder
            "ArrayFeatureExtractor", arrayFeatureExtractor
            "FeatureVectorizer", featureVectorizer
            "Binarizer", binarizer
        ]
        |> List.map (fun (name, rule) -> Domain + name, rule)

    /// What operators are that no network consists of.
    let foreign (operator: string) : string option =
        match operator with
        | "ai.onnx.ml.TreeEnsemble"
        | "ai.onnx.ml.TreeEnsembleClassifier"
        | "ai.onnx.ml.TreeEnsembleRegressor" -> Some "it is an ensemble of decision trees, not a network."
        | "ai.onnx.ml.SVMClassifier"
        | "ai.onnx.ml.SVMRegressor" -> Some "it is a support vector machine, not a network."
        | "RNN"
        | "LSTM"
        | "GRU"
        | "Loop"
        | "Scan"
        | "ReverseSequence" -> Some "it is recurrent, and only feed-forward networks are supported."
        | "ai.onnx.ml.CategoryMapper"
        | "ai.onnx.ml.DictVectorizer"
        | "RegexFullMatch"
        | "StringConcat"
        | "StringNormalizer"
        | "StringSplit"
        | "TfIdfVectorizer" -> Some "it works on texts, and a network computes with numbers."
        | "Bernoulli"
        | "Multinomial"
        | "RandomNormal"
        | "RandomNormalLike"
        | "RandomUniform"
        | "RandomUniformLike" -> Some "it draws random numbers. Export the model for inference."
        | _ -> None
