namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data
open Hybrid.Exchange

/// <summary>What is done with the numbers of an example before a network takes them: (x · Scale − mean) / deviation.</summary>
[<CompiledName("FSharpInputScaling")>]
type InputScaling =
    {
        /// Such as 1/255, for pixels from 0 to 255 and a network that was trained on those from 0 to 1.
        Scale: float
        /// One for all numbers, or one for each channel of an image.
        Mean: float list
        /// One for all numbers, or one for each channel of an image.
        Deviation: float list
    }

/// Files from elsewhere in this library's own form.
module Conversion =
    let private fail option problem =
        raise (OptionException(option, problem))

    /// The number of a list for each number of an example: all have the same, or those of a channel.
    let private each (option: string) (numbers: float list) (channels: Lazy<int[] option>) : int -> float =
        match numbers with
        | [ one ] -> fun _ -> one
        | _ ->
            match channels.Value with
            | Some channels when Array.max channels + 1 = numbers.Length -> fun i -> numbers[channels[i]]
            | Some channels ->
                fail
                    option
                    $"""has {Printable.count numbers.Length "number"}, but the images of the file have {Printable.count (Array.max channels + 1) "channel"}: give one for each channel, or one for all"""
            | None ->
                fail
                    option
                    $"""has {Printable.count numbers.Length "number"}, but the file does not tell where the channels of its images are: give one for all"""

    let private scaled (scaling: InputScaling) (read: Tabular) : Network =
        let channels = lazy (ForeignImages.channels read.Extents read.Inputs read.Network)

        let mean = each (nameof scaling.Mean) scaling.Mean channels
        let deviation = each (nameof scaling.Deviation) scaling.Deviation channels

        if scaling.Scale = 0.0 then
            fail (nameof scaling.Scale) "must not be 0"

        if List.contains 0.0 scaling.Deviation then
            fail (nameof scaling.Deviation) "must not be 0"

        if read.Offsets.Inputs |> Array.exists ((<>) 0.0) then
            fail
                (nameof scaling.Scale)
                "cannot be used for a file that subtracts numbers from its columns in float64"

        let layer =
            Array.init read.Inputs (fun i -> struct (-(mean i) / deviation i, scaling.Scale / deviation i))
            |> Preprocessing.unscale

        Network.ofLayer layer >=> read.Network

    /// <summary>A row of columns per example, the nodes and weights of this library's layers. Results and metadata stay the
    /// same.</summary>
    /// <param name="scaling">What the file does with its inputs first; none to leave them as they are.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="T:Hybrid.HybridException">As for ForeignFile.ofOnnx, or the graph changes with the batch size.</exception>
    /// <exception cref="T:Hybrid.OptionException">The scaling does not fit the file.</exception>
    let ofOnnx (scaling: InputScaling option) (file: OnnxModel) : OnnxModel =
        let read = Tabular.ofGraph file.Opset file.Graph

        let network =
            match scaling with
            | Some scaling -> scaled scaling read
            | None -> read.Network

        let output =
            match file.Graph.Outputs.Head.Name with
            | "input" -> "output"
            | name -> name

        {
            Graph =
                Exported.graph Model.Producer read.Inputs output network
                |> Offsets.add read.Offsets
            Opset = Model.Opset
            Producer = Model.Producer
            Metadata = file.Metadata
        }
