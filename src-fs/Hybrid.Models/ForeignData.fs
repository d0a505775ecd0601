namespace Hybrid.Models

open System.IO
open Hybrid.Data

/// Files from elsewhere as models for data without targets.
module internal ForeignData =
    /// Columns by position, unless the table names them as the file does.
    let private forTable (table: string) (foreign: ForeignFile) : Model =
        let fields =
            lazy
                (let first =
                    if File.Exists table then
                        File.ReadLines table |> Seq.tryHead |> Option.defaultValue ""
                    else
                        ""

                 first.Split(',', ';', '\t', '|')
                 |> Array.map (fun field -> field.Trim(' ', '"', '\uFEFF')))

        let isNamed =
            match foreign.Columns with
            | Some names -> fields.Value |> Array.exists (fun field -> Array.contains field names)
            | None -> false

        if isNamed then
            ForeignFile.unnamed foreign
        else
            let model = ForeignFile.unnamed { foreign with Columns = None }

            // what it returns may be several quantities, which then stand after the columns
            let severalFollow =
                foreign.Outputs > 1 && fields.Value.Length = foreign.Inputs + foreign.Outputs

            { model with
                Schema =
                    { model.Schema with
                        Reading =
                            { model.Schema.Reading with
                                Unnamed =
                                    Some(
                                        if severalFollow then
                                            fields.Value.Length
                                        else
                                            foreign.Inputs + model.Schema.Targets.Length
                                    )
                            }
                    }
            }

    /// With numbers for names.
    let private forImages (source: string) (image: ImageShape) (foreign: ForeignFile) : Model =
        foreign.ForImages source (Some image)
        |> ForeignFile.unnamed
        |> ForeignFile.taking (Some image) foreign

    /// As ModelFile.modelFor says.
    let model (images: ImageDecoder option) (data: string) (foreign: ForeignFile) : Model =
        match images |> Option.bind (fun decoder -> ImageFolder.unlabelledShape decoder data) with
        | Some image -> forImages data image foreign
        | None -> forTable data foreign
