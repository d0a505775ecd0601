namespace Hybrid.Data

open System
open System.Globalization
open Hybrid.Core

/// The targets of some data as those of a model: found by name, and their values as those of the model's kind.
module internal TargetMatch =
    let private codeIn (known: string[]) (name: string) : int = Array.IndexOf(known, name)

    /// The index of each of a category's names in a second list; -1 if it is missing there.
    let codes (known: string[]) (names: string[]) : int[] = names |> Array.map (codeIn known)

    let private numberName (value: float) : string =
        value.ToString("R", CultureInfo.InvariantCulture)

    let private numberOf (name: string) : float =
        match Double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, number -> number
        | _ -> nan

    /// Which of the table's targets are those of a schema: by their names, or by position if there are as many.
    let private places (source: string) (schema: Schema) (targets: Column[]) : int[] =
        let named =
            schema.Targets
            |> Array.map (fun wanted ->
                targets |> Array.tryFindIndex (fun target -> target.Name = wanted.Name))

        if Array.forall Option.isSome named then
            Array.map Option.get named
        elif targets.Length = schema.Targets.Length then
            [| 0 .. targets.Length - 1 |]
        else
            let missing =
                Array.zip schema.Targets named
                |> Array.choose (fun (wanted, found) -> if found.IsNone then Some wanted.Name else None)

            raise (
                TableException(
                    source,
                    None,
                    None,
                    $"it lacks the model's target {Advice.list missing}. Its targets are {Advice.list (targets |> Array.map _.Name)}. Name the targets of the training data."
                )
            )

    /// A target's numbers as those of another column: numbers less its offset, or indices of its categories.
    let private convert (source: string) (wanted: Column) (target: Column) (values: float32[]) : float[] =
        let fail message =
            raise (TableException(source, None, None, message))

        let each (change: float32 -> float) =
            values
            |> Array.map (fun value -> if Single.IsNaN value then nan else change value)

        match target.Kind, wanted.Kind with
        | Number format, Number other when format.Offset = other.Offset -> each float
        | Number format, Number other -> each (fun value -> float value + format.Offset - other.Offset)
        | Category names, Category known ->
            let codes = codes known names

            each (fun value ->
                if codes[int value] < 0 then
                    fail
                        $"the model does not know the class {Advice.quote names[int value]}. It knows {Advice.list known}."

                float codes[int value])
        // numbers that were guessed to be the other of the two
        | Number format, Category known ->
            each (fun value ->
                match codeIn known (numberName (float value + format.Offset)) with
                | -1 -> fail "its target is a quantity, but the model predicts classes."
                | code -> float code)
        | Category names, Number format ->
            let numbers = names |> Array.map numberOf

            if Array.exists Double.IsNaN numbers then
                fail "its target is a class, but the model predicts a quantity."

            each (fun value -> numbers[int value] - format.Offset)

    /// <summary>The target of some examples as a schema has it.</summary>
    /// <param name="source">The file or built-in name, for messages.</param>
    /// <param name="schema">What is wanted.</param>
    /// <param name="targets">What there is.</param>
    /// <param name="target">Its values.</param>
    /// <param name="examples">The number of examples.</param>
    /// <param name="rowNumber">The number of an example's row, for messages.</param>
    /// <exception cref="T:Hybrid.TableException">A target is missing, or of a different kind, or holds an unknown class.</exception>
    let find
        (source: string)
        (schema: Schema)
        (targets: Column[])
        (target: Target)
        (examples: int)
        (rowNumber: int -> int)
        : Target =
        let found = places source schema targets
        let width = schema.Targets.Length

        let columns =
            Array.map2
                (fun wanted index ->
                    Target.ofColumn targets index target |> convert source wanted targets[index])
                schema.Targets
                found

        match
            Seq.tryFind
                (fun row -> columns |> Array.forall (fun values -> Double.IsNaN values[row]))
                (seq { 0 .. examples - 1 })
        with
        | Some row ->
            raise (
                TableException(
                    source,
                    None,
                    None,
                    $"row {rowNumber row} has no target of the model, {Advice.quote schema.TargetName}. Leave it out."
                )
            )
        | None ->
            Array.init (examples * width) (fun i -> columns[i % width][i / width])
            |> Target.ofNumbers source schema.Targets
