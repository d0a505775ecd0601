namespace Hybrid.Lecture

open System
open System.Reflection
open Hybrid.Core
open Microsoft.FSharp.Reflection

/// R39: the parts of this program, counted by reflection.
module internal ProjectShape =
    let private core = typeof<Tensor>.Assembly

    /// The modules that make layers: those with a function named layer or network, except activations, which are rows.
    let layers: string list =
        core.GetExportedTypes()
        |> Array.filter (fun candidate -> FSharpType.IsModule candidate && candidate.Name <> "NetworkModule")
        |> Array.filter (fun candidate ->
            candidate.GetMethods(BindingFlags.Public ||| BindingFlags.Static)
            |> Array.exists (fun method' -> method'.Name = "layer" && method'.ReturnType = typeof<Layer>))
        |> Array.map (fun candidate -> candidate.Name.Replace("Module", ""))
        |> Array.sort
        |> List.ofArray

    let private kernels =
        let cases =
            FSharpType.GetUnionCases(typeof<Kernel>, BindingFlags.NonPublic) |> Array.length

        let maps = [ typeof<Unary>; typeof<Binary>; typeof<Reduction> ]
        // for three kinds of kernel each value is a separate primitive
        cases - maps.Length
        + (maps |> List.sumBy (fun map -> Enum.GetValues(map).Length))

    let private rules =
        FSharpType.GetRecordFields(typeof<Primitive>, BindingFlags.NonPublic)
        |> Array.length

    let private run (_: Setting) : Outcome =
        let listed = String.concat ", " layers

        { Outcome.text
              [
                  $"A layer is a record of parameters and a pure function; layers compose with >=> into networks. Modules that make layers: {listed}."
                  "Gradients come from the graph by automatic differentiation; the laws that FsCheck checks are in properties/, and R1 has a sample of them."
                  "The C# API (src/Hybrid) trains, saves and predicts; the command is a program on top of it. The tests of this row: dotnet test Hybrid.sln."
              ] with
            Measurements =
                [
                    Measurement.own "kinds of kernel for primitives" (float kernels)
                    Measurement.own "rules that each primitive must have" (float rules)
                    Measurement.own "modules that make layers" (float layers.Length)
                    Measurement.own "activations" (float Activation.functions.Length)
                    Measurement.own "losses" (float Loss.all.Length)
                    Measurement.own "optimizers" (float Optimizer.all.Length)
                    Measurement.own "learning rate schedules" (float Schedule.all.Length)
                ]
        }

    let experiment: Experiment =
        {
            Name = "project-shape"
            Row = "R39"
            Title = "What this program is made of"
            Claim =
                "A functional core whose layers are records that compose into a network, gradients by automatic differentiation, properties by FsCheck, and a C# API."
            Source = "this project's README"
            Data = NoData
            Run = run
        }
