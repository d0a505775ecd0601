namespace Hybrid.Models

open System
open System.Globalization
open System.Text.RegularExpressions
open Hybrid.Core

/// The words of LayerText: their numbers, and what is said where one cannot be used.
module internal LayerWords =
    let fail (text: string) (word: string) (reason: string) =
        raise (
            OptionException(
                nameof Unchecked.defaultof<Options>.Layers,
                $"is {Printable.quote text}, of which {Printable.quote word} {reason}"
            )
        )

    /// The largest image that is a square, of one channel or of three.
    let square (features: int) : Shape option =
        [ 1; 3 ]
        |> List.tryPick (fun channels ->
            let side = int (Math.Round(sqrt (float features / float channels)))

            if side * side * channels = features then
                Some [ side; side; channels ]
            else
                None)

    let (|Words|_|) (pattern: string) (word: string) : string list option =
        let found = Regex.Match(word, $"^(?:{pattern})$", RegexOptions.CultureInvariant)

        if found.Success then
            Some [ for group in Seq.tail found.Groups -> group.Value ]
        else
            None

    let (|Number|_|) (text: string) : int option =
        match Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, number when number >= 1 && number <= 1_000_000 -> Some number
        | _ -> None

    /// A number of a word, or the usual one where it says none.
    let numberOr (standard: int) text word (what: string) (digits: string) : int =
        match digits with
        | "" -> standard
        | Number number -> number
        | _ -> fail text word $"has a {what} of {digits}, which must be from 1 to 1,000,000"

    /// What follows the numbers of a convolution, after colons.
    type ConvolutionKind =
        {
            IsWithin: bool
            Groups: int
            Dilation: int
        }

    let convolutionKind text word (channels: int) (kinds: string) : ConvolutionKind =
        let add (kind: ConvolutionKind) (name: string) =
            match name with
            | "valid" -> { kind with IsWithin = true }
            | "depthwise" -> { kind with Groups = channels }
            | Words "groups([0-9]+)" [ number ] ->
                { kind with
                    Groups = numberOr 1 text word "number of groups" number
                }
            | Words "dilated([0-9]+)" [ number ] ->
                { kind with
                    Dilation = numberOr 1 text word "dilation" number
                }
            | _ ->
                fail
                    text
                    word
                    $"has {Printable.quote name} after a colon: use valid, groups4, depthwise or dilated2"

        kinds.Split(':', StringSplitOptions.RemoveEmptyEntries)
        |> Array.fold
            add
            {
                IsWithin = false
                Groups = 1
                Dilation = 1
            }

    /// Refuses windows that are larger than the image with its padding on both sides.
    let requireWithin (text: string) (word: string) (image: Shape) (size: int) (padding: int) : unit =
        if size > 2 * padding + min image[0] image[1] then
            fail
                text
                word
                $"has windows of {size} × {size} pixels, larger than the image before it, {image[0]} × {image[1]}"

    /// The convolution of a word, for images of some height, width and channels.
    let convolution
        (text: string)
        (word: string)
        (initializer: Initializer)
        (key: uint64)
        (image: Shape)
        (outputs: int, size: int)
        (stride: int)
        (kinds: string)
        : Convolution =
        let channels = image[2]
        let kind = convolutionKind text word channels kinds

        if channels % kind.Groups <> 0 || outputs % kind.Groups <> 0 then
            fail
                text
                word
                $"has {kind.Groups} groups, which must divide the {channels} channels before it and its {outputs} outputs"

        let channels = channels / kind.Groups

        if size > 1000 || size * size > 1_000_000 / channels then
            fail text word "has windows of more than a million numbers"

        if kind.IsWithin then
            requireWithin text word image (kind.Dilation * (size - 1) + 1) 0

        { Convolution.create initializer key [ size; size ] channels outputs with
            Strides = [ stride; stride ]
            Dilations = [ kind.Dilation; kind.Dilation ]
            Groups = kind.Groups
            Border = (if kind.IsWithin then Border.Valid else Border.Same)
        }

    /// Refuses a word that is none.
    let unknown (text: string) (word: string) =
        let depth c =
            word |> Seq.filter ((=) c) |> Seq.length

        let reason =
            match word with
            | "" -> ": there is nothing between two commas, or at an end"
            | _ when depth '(' <> depth ')' -> ": its parentheses do not match"
            | Words "conv[0-9]*" [] -> ": write outputs and window size, as in conv32x3"
            | Words "pool|average" [] -> $": write the window size, as in {word}2"
            | Words "residual.*" [] -> ": write the layers in it, as in residual(conv32x3,conv32x3)"
            | Words "dropout.*" [] -> ": write the share that is dropped, from 0 to below 1, as in dropout0.2"
            | _ ->
                ". Layers are conv32x3, norm, pool2, average2, globalmax, globalaverage, flatten, 128 (neurons), dropout0.2, residual(…), image32x32x3, shift2, flip, crop28, and activations such as relu; see the help of hybrid train"

        fail text word $"is not a layer{reason}"

    /// The words between commas that are not in parentheses.
    let split (text: string) : string list =
        let depths =
            Seq.scan
                (fun depth c ->
                    if c = '(' then depth + 1
                    elif c = ')' then depth - 1
                    else depth)
                0
                text

        Seq.zip text depths
        |> Seq.map (fun (c, depth) -> if c = ',' && depth = 0 then '\n' else c)
        |> Array.ofSeq
        |> String
        |> _.Split('\n', StringSplitOptions.TrimEntries)
        |> List.ofArray
