namespace Hybrid.Tests

open Xunit

/// Tests that look at the memory of the process, in which no others may run meanwhile.
[<CollectionDefinition("memory", DisableParallelization = true)>]
type MemoryCollection() = class end

[<Collection "memory">]
module CsvMemoryTests =
    open System
    open Hybrid.Data
    open Hybrid.Tests.DataTesting

    [<Theory; InlineData false; InlineData true>]
    let ``Rows of a table that is damaged, or that is read again, are given back`` (isDamaged: bool) =
        let columns, rows = 1000, 8000
        let same = String.replicate (columns - 2) "7,"
        let row i = $"{i % 5},{same}{i % 2}\n"
        // a class that is a text is read in a second pass
        let last = if isDamaged then $"1,{same}1,9" else $"1,{same}x"
        let text = String.Concat(Seq.init rows row) + last

        withText text (fun path ->
            let read () =
                if isDamaged then
                    Assert.Throws<TableException>(fun () -> Csv.read CsvOptions.defaults path |> ignore)
                    |> ignore
                else
                    Assert.Equal(1, (Csv.read CsvOptions.defaults path).Columns.Length)

                GC.Collect()

            let held () =
                Diagnostics.Process.GetCurrentProcess().WorkingSet64

            read ()
            let before = held ()

            for _ in 1..10 do
                read ()

            // the numbers of one reading take 32 MB
            Assert.InRange(held () - before, -1_000_000_000_000L, 160_000_000L))
