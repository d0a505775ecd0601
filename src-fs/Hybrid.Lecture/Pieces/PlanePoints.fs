namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Data

/// Points in the plane with class labels 0, 1, …: examples of width 2.
module internal PlanePoints =
    /// Examples from points and labels.
    let create (points: (float * float) seq) (labels: int seq) : Examples =
        Examples.all
            2
            [|
                for x, y in points do
                    float32 x
                    float32 y
            |]
            (labels |> Seq.map float32 |> Array.ofSeq)

    /// The points of a class, as they are.
    let ofClass (label: int) (examples: Examples) : (float * float)[] =
        examples.Rows
        |> Array.filter (fun row -> examples.Targets[row] = float32 label)
        |> Array.map (fun row -> float examples.Features[2 * row], float examples.Features[2 * row + 1])

    /// The number of classes, at least two.
    let classes (examples: Examples) : int =
        max 2 (1 + int (Array.max examples.Targets))

    /// Two round clouds around (-1.3, 0) and (1.3, 0) with a standard deviation of 1.2, and in the core of each, with a deviation
    /// of 0.8, a few points of the other class. No two points are closer than 0.4, so that each can be seen.
    let private clouds (key: uint64) (classes: (int * int) list) : Examples =
        let kinds =
            [
                for label, (own, strayed) in List.indexed classes do
                    let side = if label = 0 then -1.3 else 1.3
                    yield! List.replicate own (label, side, 1.2)
                    yield! List.replicate strayed (label, -side, 0.8)
            ]

        let rec place (placed: (float * float) list) key (centre, spread) =
            let normals = Random.normals key 2
            let x, y = centre + spread * normals[0], spread * normals[1]

            if
                placed
                |> List.exists (fun (a, b) -> sqrt ((x - a) ** 2.0 + (y - b) ** 2.0) < 0.4)
            then
                place placed (Random.split key 0) (centre, spread)
            else
                x, y

        let add placed (i, (_, centre, spread)) =
            place placed (Random.split key i) (centre, spread) :: placed

        let points = kinds |> List.indexed |> List.fold add []
        create (List.rev points) (kinds |> List.map (fun (label, _, _) -> label))

    /// 32 points like those of the lecture's picture of layer sizes: 15 red and 17 green ones, each a cloud with a few
    /// strays in the other.
    let layerSizes (key: uint64) : Examples = clouds key [ 11, 4; 13, 4 ]

    /// 25 points like those of the lecture's picture of regularisation strengths: 11 red and 14 green ones.
    let regularisation (key: uint64) : Examples = clouds key [ 8, 3; 11, 3 ]

    /// <summary>Points from a table with the columns x, y and label; classes in the order of their names.</summary>
    /// <exception cref="T:Hybrid.HybridException">The file cannot be read, or is not such a table of finite numbers.</exception>
    let read (path: string) : Examples =
        let data =
            Csv.read
                { CsvOptions.defaults with
                    Targets = [ "label" ]
                    Numeric = [ "x"; "y" ]
                    Task = TaskChoice.Classification
                }
                path

        let fail message =
            raise (TableException(path, None, None, message))

        let column name =
            match data.Columns |> Array.tryFindIndex (fun column -> column.Name = name) with
            | Some index when data.Columns[index].Kind.IsNumber -> index
            | _ -> fail $"there is no numeric column {name}. Points have the columns x, y and label."

        let x, y = column "x", column "y"

        let value i index =
            let value = data.Features[i * data.Columns.Length + index]

            if Single.IsNaN value then
                fail "a coordinate is missing. Fill it in, or delete the point."

            float value

        match data.Target with
        | Classes(_, labels) -> create (Seq.init labels.Length (fun i -> value i x, value i y)) labels
        | Quantity _
        | Labels _ -> fail "the labels are not classes."

    /// The points for each seed: those of the setting, always the same, or the experiment's own for that seed.
    let orOwn (own: uint64 -> Examples) (setting: Setting) : uint64 -> Examples =
        match setting.Data with
        | Some path ->
            let given = read path
            fun _ -> given
        | None -> own
