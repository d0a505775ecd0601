namespace Hybrid.Data


/// Two small sets that come with Hybrid, from the UCI Machine Learning Repository (CC BY 4.0).
module BuiltIn =
    let private form =
        {
            Separator = ','
            AreBlanks = false
            HasComments = false
            Titles = 0
            LacksName = false
            QuotesNames = false
        }

    /// A resource's table without header, whose last column holds the index of a class.
    let private read
        source
        resource
        skipLine
        (columns: string[])
        (classes: string[])
        targetName
        (image: ImageShape option)
        : Table =
        DataFile.readResource source resource (fun stream ->
            use rows = new CsvRows(source, stream, form, Array.empty)
            CsvRows.readFirst rows

            if skipLine then
                rows.Read() |> ignore

            use store = new RowStore(source, columns.Length)
            let labels = ResizeArray<int>()
            let mutable reading = true

            let number field =
                let mutable value = 0.0
                NumberText.tryPoint (rows.Bytes field, &value) |> ignore
                value

            while reading do
                let row = store.Add()

                for i in 0 .. columns.Length - 1 do
                    row[i] <- float32 (number i)

                labels.Add(int (number columns.Length))
                reading <- rows.Read()

            let target = Classes(classes, labels.ToArray())

            { Table.create source (Array.map Column.numeric columns) (store.ToArray()) targetName target with
                OneUnit = image.IsSome
                Reading = { Reading.plain with Image = image }
            })

    /// <summary>1,797 handwritten digits, 8×8 pixels of 0 … 16, in 10 classes.</summary>
    /// <remarks>Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits" (1998), doi 10.24432/C50P49: its test
    /// part.</remarks>
    let digits () : Table =
        let columns = Array.init 64 (fun i -> $"pixel{i + 1}")

        let image = { Height = 8; Width = 8; Channels = 1 }

        read "digits" "digits.csv.gz" false columns (Array.init 10 string) "digit" (Some image)

    /// <summary>150 flowers, four lengths each, in 3 classes.</summary>
    /// <remarks>Fisher, "Iris" (1936), doi 10.24432/C56C76.</remarks>
    let iris () : Table =
        let columns =
            [|
                "sepal length (cm)"
                "sepal width (cm)"
                "petal length (cm)"
                "petal width (cm)"
            |]

        read "iris" "iris.csv" true columns [| "setosa"; "versicolor"; "virginica" |] "species" None

    /// The sets by their names.
    let all: (string * (unit -> Table)) list = [ "digits", digits; "iris", iris ]
