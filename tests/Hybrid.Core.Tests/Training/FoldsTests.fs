module Hybrid.Tests.FoldsTests

open Hybrid.Core
open Hybrid.Data
open Hybrid.Kernels
open Hybrid.Models
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Student's t - some degrees of freedom - has the quantiles of mpmath`` () =
    // 1 - betainc(n/2, 1/2, 0, n/(n + t²), regularized=True) = 0.95, to 18 digits
    let known =
        [
            1, 12.7062047361747046
            2, 4.30265272974946385
            4, 2.77644510519779436
            9, 2.26215716279820554
            99, 1.9842169515864175
        ]

    for n, expected in known do
        closeTo 1e-12 [ 1.0 ] [ StudentT.quantile n 0.95 / expected ]

let private iris () =
    (DataSource.load SourceOptions.defaults "iris").Train

let private options =
    { Options.defaults with
        Hidden = Some [ 8 ]
        Epochs = Some 5
        ValidationFraction = Some 0.0
    }

let private folded threads options table =
    use engine = CpuEngine.Create threads
    Folds.evaluate engine Communicator.alone threads (fun () -> false) ignore options 4 2 table

[<Fact>]
let ``Folds - repeats - predict every row once, and the same for any number of threads`` () =
    let table = iris ()
    let results = folded 2 options table

    for repeat in 1..2 do
        let held =
            results |> List.filter (fun result -> result.Repeat = repeat) |> List.map _.Held

        Assert.Equal<int[]>([| 0..149 |], Array.sort (Array.concat held))

    let values metric results =
        match Folds.summary (Metric.named metric) results with
        | Ok summary -> summary
        | Error reason -> raise (Xunit.Sdk.XunitException reason)

    let summary = values "accuracy" results
    Assert.Equal<float list>(summary.Values, (values "accuracy" (folded 1 options table)).Values)

    // by hand: Student's t with 7 degrees of freedom, and a quarter held out
    let mean = List.average summary.Values

    let variance =
        (summary.Values |> List.sumBy (fun v -> (v - mean) * (v - mean))) / 7.0

    let half = 2.36462425159278534 * sqrt (variance * (1.0 / 8.0 + 1.0 / 3.0))
    closeTo 1e-12 [ mean; mean - half; mean + half ] [ summary.Mean; summary.Lower; summary.Upper ]
    Assert.Contains(Folds.usual results, (fun metric -> metric.Name = "roc-auc"))

[<Fact>]
let ``Folds - more than examples or groups, a test part - are refused`` () =
    let table = Table.subset [| 0; 1; 2; 60; 61; 62; 120; 121 |] (iris ())

    let refused folds options table =
        Assert.Throws<OptionException>(fun () -> Folds.check options folds 1 table).Message

    let by role values =
        Table.splitBy
            {
                Role = role
                Values = values
                Groups = Array.empty
            }
            table

    Assert.Contains("number of examples, 8, not 9", refused 9 options table)
    Assert.Contains("at least 2", refused 1 options table)

    Assert.Contains(
        "number of groups, 3, not 4",
        refused 4 options (by (SplitRole.Group "g") [| 0.0; 0.0; 0.0; 1.0; 1.0; 1.0; 2.0; 2.0 |])
    )

    Assert.Contains("held out", refused 2 { options with TestFraction = Some 0.1 } table)
