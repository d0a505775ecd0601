namespace Hybrid.Tuning

open System
open System.Globalization
open Hybrid.Core
open Hybrid.Models

/// The options of a search that errors name, as the C# library calls them.
[<RequireQualifiedAccess>]
module internal TuneOption =
    [<Literal>]
    let Space = "Space"

    [<Literal>]
    let Metric = "Metric"

    [<Literal>]
    let Journal = "Journal"

/// A value of an option that is searched.
[<RequireQualifiedAccess>]
type AxisValue =
    | Number of float
    | Name of string
    /// The units of each hidden layer.
    | Sizes of int list

/// The values among which is searched.
[<CompiledName("FSharpDomain")>]
[<RequireQualifiedAccess>]
type Domain =
    /// All equally likely.
    | Choices of AxisValue list
    /// Numbers between two, both included: uniform, or uniform in their logarithm.
    | Range of From: float * To: float * IsLogarithmic: bool

/// An option that is searched, by its name at the shell.
type Axis = { Name: string; Domain: Domain }

module AxisValue =
    let private invariant = CultureInfo.InvariantCulture

    /// As the command's option takes it.
    let text (value: AxisValue) : string =
        match value with
        | AxisValue.Number number -> number.ToString("R", invariant)
        | AxisValue.Name name -> name
        | AxisValue.Sizes [] -> "0"
        | AxisValue.Sizes sizes -> sizes |> List.map _.ToString(invariant) |> String.concat ","

    /// With three significant digits, so that a printed value is the value.
    let internal rounded (number: float) : float =
        Double.Parse(number.ToString("G3", invariant), invariant)

/// What can be searched.
[<NoComparison; NoEquality>]
type internal AxisKind =
    {
        Name: string
        IsNumber: bool
        IsWhole: bool
        /// Whether only optimizers that take a step per batch have it.
        IsOfSteps: bool
        Apply: AxisValue -> Options -> Options
        /// Whether options give it a value that differs from the default.
        IsGiven: Options -> bool
    }

module internal AxisKind =
    /// The learning rate as a multiple of the optimizer's own.
    [<Literal>]
    let RateFactor = "rate-factor"

    [<Literal>]
    let LearningRate = "learning-rate"

    [<Literal>]
    let Optimizer = "optimizer"

    [<Literal>]
    let Hidden = "hidden"

    let private defaults = Options.defaults

    let private wrong (name: string) : 'result =
        raise (ArgumentException $"A value of {name} has the wrong kind.")

    let private number name isOfSteps isGiven (apply: float -> Options -> Options) : AxisKind =
        {
            Name = name
            IsNumber = true
            IsWhole = false
            IsOfSteps = isOfSteps
            Apply =
                function
                | AxisValue.Number value -> apply value
                | _ -> wrong name
            IsGiven = isGiven
        }

    let private named name isGiven (apply: string -> Options -> Options) : AxisKind =
        {
            Name = name
            IsNumber = false
            IsWhole = false
            IsOfSteps = false
            Apply =
                function
                | AxisValue.Name value -> apply value
                | _ -> wrong name
            IsGiven = isGiven
        }

    /// The optimizer's own rate.
    let usualRate (method: Method) : float =
        match method with
        | Method.Steps optimizer -> optimizer.DefaultRate
        | Method.Lbfgs -> 1.0

    /// In the order in which they are applied: a rate follows the optimizer.
    let all: AxisKind list =
        [
            {
                Name = Hidden
                IsNumber = false
                IsWhole = false
                IsOfSteps = false
                Apply =
                    fun value options ->
                        match value with
                        | AxisValue.Sizes sizes -> { options with Hidden = Some sizes }
                        | _ -> wrong Hidden
                IsGiven =
                    fun options -> options.Hidden.IsSome || options.Layers.IsSome || options.Network.IsSome
            }
            named
                "activation"
                (fun options ->
                    options.Activations <> defaults.Activations
                    || options.MaxoutPieces <> defaults.MaxoutPieces)
                (fun name options -> { options with Activations = [ name ] })
            named
                Optimizer
                (fun options -> Method.name options.Optimizer <> Method.name defaults.Optimizer)
                (fun name options ->
                    { options with
                        Optimizer = Method.named name
                    })
            number LearningRate true _.LearningRate.IsSome (fun rate options ->
                { options with
                    LearningRate = Some rate
                })
            number RateFactor true _.LearningRate.IsSome (fun factor options ->
                { options with
                    LearningRate = Some(AxisValue.rounded (factor * usualRate options.Optimizer))
                })
            { number "batch-size" true _.BatchSize.IsSome (fun size options ->
                  { options with
                      BatchSize = Some(int size)
                  }) with
                IsWhole = true
            }
            number "l2" false _.L2.IsSome (fun strength options -> { options with L2 = Some strength })
            number "l1" false (fun options -> options.L1 <> defaults.L1) (fun strength options ->
                { options with L1 = strength })
            number "dropout" true (fun options -> options.Dropout <> defaults.Dropout) (fun share options ->
                { options with Dropout = share })
            number
                "input-noise"
                true
                (fun options -> options.InputNoise <> defaults.InputNoise)
                (fun deviation options -> { options with InputNoise = deviation })
            number "max-norm" true _.MaxNorm.IsSome (fun norm options -> { options with MaxNorm = Some norm })
            number "clip-norm" true _.ClipNorm.IsSome (fun norm options ->
                { options with ClipNorm = Some norm })
        ]

    let names: string = all |> List.map _.Name |> String.concat ", "

    let tryNamed (name: string) : AxisKind option =
        all |> List.tryFind (fun kind -> kind.Name = name)

    let get (name: string) : AxisKind =
        all |> List.find (fun kind -> kind.Name = name)
