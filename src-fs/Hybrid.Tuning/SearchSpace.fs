namespace Hybrid.Tuning

open System
open Hybrid.Core
open Hybrid.Models

/// The options that are searched, and their values.
[<CompiledName("FSharpSearchSpace")>]
type SearchSpace = { Axes: Axis list }

/// The values that a trial gives to options, by the options' names; others stay as they are. The first trial gives none.
type Configuration = { Values: (string * AxisValue) list }

module Configuration =
    /// Options with the values of a configuration.
    let apply (configuration: Configuration) (options: Options) : Options =
        (options, AxisKind.all)
        ||> List.fold (fun options kind ->
            match configuration.Values |> List.tryFind (fst >> (=) kind.Name) with
            | Some(_, value) -> kind.Apply value options
            | None -> options)

/// Search spaces, and how they are read.
module SearchSpace =
    let internal refuse (problem: string) : 'result =
        raise (OptionException(TuneOption.Space, problem))

    /// The key of configurations among those that are made of a seed.
    [<Literal>]
    let private Part = 0x7FFFFFFE

    /// The values at the ends of a domain, or all of them.
    let private extremes (domain: Domain) : AxisValue list =
        match domain with
        | Domain.Choices values -> values
        | Domain.Range(low, high, _) -> [ AxisValue.Number low; AxisValue.Number high ]

    let private checkValue (kind: AxisKind) (value: AxisValue) : unit =
        match value with
        | AxisValue.Number number when kind.IsWhole && number <> Math.Floor number ->
            refuse
                $"has a value of {kind.Name} that must be a whole number, not {Printable.word (AxisValue.text value)}"
        | _ ->
            try
                Options.check (kind.Apply value Options.defaults)
            with
            | :? OptionException as error -> refuse $"has a value of {kind.Name} that {error.Problem}"
            | :? HybridException as error ->
                refuse $"has a value of {kind.Name} that is unknown: {error.Message.TrimEnd '.'}"

    let private checkAxis (axis: Axis) : unit =
        match AxisKind.tryNamed axis.Name with
        | None ->
            refuse
                $"has the axis {Printable.quote axis.Name}, which is unknown. The axes are {AxisKind.names}"
        | Some kind ->
            match axis.Domain with
            | Domain.Choices [] -> refuse $"has no value for {axis.Name}"
            | Domain.Range(low, high, _) when not (low < high) ->
                let text number =
                    AxisValue.text (AxisValue.Number number)

                refuse
                    $"has a range of {axis.Name} from {text low} to {text high}; it must begin below its end"
            | Domain.Range(low, _, true) when low <= 0.0 ->
                refuse
                    $"has a logarithmic range of {axis.Name} that begins at {AxisValue.text (AxisValue.Number low)}; it must begin above 0"
            | Domain.Range _ when not kind.IsNumber ->
                refuse $"has a range of {axis.Name}, which takes a list of values"
            | domain -> extremes domain |> List.iter (checkValue kind)

    /// <summary>Refuses a space without axes, unknown axes and values, ranges that begin above their end, and axes that the
    /// optimizer does not have.</summary>
    /// <param name="options">What is not searched.</param>
    /// <param name="space">The space.</param>
    /// <exception cref="T:Hybrid.OptionException">One of them.</exception>
    let check (options: Options) (space: SearchSpace) : unit =
        if space.Axes.IsEmpty then
            refuse $"is empty: it needs at least one of the axes {AxisKind.names}"

        space.Axes |> List.iter checkAxis
        let names = space.Axes |> List.map _.Name

        names
        |> List.countBy id
        |> List.tryFind (fun (_, count) -> count > 1)
        |> Option.iter (fun (name, _) -> refuse $"has the axis {name} twice")

        if
            List.contains AxisKind.LearningRate names
            && List.contains AxisKind.RateFactor names
        then
            refuse
                $"has both {AxisKind.LearningRate} and {AxisKind.RateFactor}, which is a multiple of the optimizer's own rate"

        if options.Optimizer.IsLbfgs && not (List.contains AxisKind.Optimizer names) then
            names
            |> List.tryFind (fun name -> (AxisKind.get name).IsOfSteps)
            |> Option.iter (fun name ->
                refuse $"has the axis {name}, which the optimizer {Lbfgs.Name} does not have")

    /// <summary>A space without the axes of options that are given: these are not searched.</summary>
    /// <param name="options">Given is what differs from the defaults.</param>
    /// <param name="given">The names of further axes whose options are given, such as rate-factor for the learning rate.</param>
    /// <param name="space">The space.</param>
    /// <exception cref="T:Hybrid.OptionException">Nothing is left of it.</exception>
    let withoutGiven (options: Options) (given: string list) (space: SearchSpace) : SearchSpace =
        let isGiven (axis: Axis) =
            List.contains axis.Name given
            || AxisKind.tryNamed axis.Name |> Option.exists (fun kind -> kind.IsGiven options)

        match space.Axes |> List.partition isGiven with
        | given, [] when not given.IsEmpty ->
            let names = given |> List.map _.Name |> String.concat ", "
            refuse $"has nothing left to search: of its axes, {names}, each is an option that is given"
        | _, searched -> { Axes = searched }

    /// The value at a uniform number in [0, 1).
    let private at (kind: AxisKind) (domain: Domain) (u: float) : AxisValue =
        match domain with
        | Domain.Choices values -> values[int (u * float values.Length)]
        | Domain.Range(low, high, isLogarithmic) ->
            let value =
                if isLogarithmic then
                    low * Math.Pow(high / low, u)
                else
                    low + (high - low) * u

            let value =
                if kind.IsWhole then
                    round value
                else
                    AxisValue.rounded value

            AxisValue.Number(Math.Clamp(value, low, high))

    /// <summary>The configuration of a trial: of the first one none, so that it is that of the options; of the others a random one that
    /// depends on seed, number and space only.</summary>
    /// <param name="options">What is not searched, and the seed.</param>
    /// <param name="trial">The number of the trial, from 1.</param>
    /// <param name="space">The space.</param>
    let configuration (options: Options) (trial: int) (space: SearchSpace) : Configuration =
        if trial = 1 then
            { Values = [] }
        else
            let draws =
                Random.uniforms (Random.split (Random.split options.Seed Part) trial) 0UL space.Axes.Length

            let drawn =
                space.Axes
                |> List.mapi (fun i axis ->
                    let kind = AxisKind.get axis.Name
                    kind, at kind axis.Domain draws[i])

            let method =
                drawn
                |> List.tryPick (fun (kind, value) ->
                    match value with
                    | AxisValue.Name name when kind.Name = AxisKind.Optimizer -> Some(Method.named name)
                    | _ -> None)
                |> Option.defaultValue options.Optimizer

            {
                Values =
                    drawn
                    |> List.filter (fun (kind, _) -> not (method.IsLbfgs && kind.IsOfSteps))
                    |> List.map (fun (kind, value) ->
                        match value with
                        | AxisValue.Number factor when kind.Name = AxisKind.RateFactor ->
                            AxisKind.LearningRate,
                            AxisValue.Number(AxisValue.rounded (factor * AxisKind.usualRate method))
                        | _ -> kind.Name, value)
            }

    /// L-BFGS goes through all examples in each iteration.
    [<Literal>]
    let private MostForLbfgs = 5_000

    /// <summary>The usual space: hidden layers about as wide as the usual ones, three activations, two or three optimizers, rates around
    /// the optimizer's own, and penalties around the usual 1/n. What the options give is not searched.</summary>
    /// <param name="options">What is not searched, where it differs from the defaults.</param>
    /// <param name="rows">The number of examples to learn from.</param>
    /// <param name="features">The number of features.</param>
    let usual (options: Options) (rows: int) (features: int) : SearchSpace =
        let numbers = List.map AxisValue.Number >> Domain.Choices
        let names = List.map AxisValue.Name >> Domain.Choices
        let wide = (NewLayers.hidden { options with Hidden = None } rows features).Head
        let isAnew = NewLayers.areMade options
        let isOfSteps = not options.Optimizer.IsLbfgs

        let isFreeForLbfgs =
            options.LearningRate.IsNone
            && options.BatchSize.IsNone
            && options.Schedule.IsNone
            && options.ClipNorm.IsNone
            && options.MaxNorm.IsNone
            && options.Dropout = 0.0
            && options.InputNoise = 0.0
            && rows <= MostForLbfgs

        let penalty factor = AxisValue.rounded (factor / float rows)

        let isUsualMethod =
            Method.name options.Optimizer = Method.name Options.defaults.Optimizer

        [
            isAnew && options.Hidden.IsNone,
            AxisKind.Hidden,
            Domain.Choices(
                [ []; [ wide / 2 ]; [ wide ]; [ wide; wide / 2 ]; [ 2 * wide; wide ] ]
                |> List.map AxisValue.Sizes
            )
            isAnew
            && options.Activations = Options.defaults.Activations
            && options.MaxoutPieces = 0,
            "activation",
            names [ "relu"; "tanh"; "gelu" ]
            isUsualMethod,
            AxisKind.Optimizer,
            names
                [
                    "adam"
                    "nesterov"
                    if isFreeForLbfgs then
                        Lbfgs.Name
                ]
            options.LearningRate.IsNone && isOfSteps, AxisKind.RateFactor, Domain.Range(0.3, 5.0, true)
            options.BatchSize.IsNone && isOfSteps,
            "batch-size",
            (if rows < 10_000 then
                 [ 16.0; 32.0; 64.0 ]
             else
                 [ 64.0; 128.0; 256.0 ])
            |> List.filter (fun size -> size = 16.0 || size < float rows)
            |> numbers
            options.L2.IsNone, "l2", Domain.Range(penalty 0.03, penalty 30.0, true)
            isAnew && options.Dropout = 0.0 && isOfSteps, "dropout", numbers [ 0.0; 0.1; 0.3 ]
        ]
        |> List.choose (fun (isSearched, name, domain) ->
            if isSearched then
                Some { Name = name; Domain = domain }
            else
                None)
        |> fun axes -> { Axes = axes }
