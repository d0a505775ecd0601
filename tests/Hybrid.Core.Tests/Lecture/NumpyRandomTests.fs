module Hybrid.Tests.Lecture.NumpyRandomTests

open System
open System.Globalization
open System.IO
open System.Reflection
open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``The first normal numbers of seed 0 are numpy's`` () =
    closeTo
        5e-9
        [ 1.76405235; 0.40015721; 0.97873798; 2.2408932; 1.86755799; -0.97727788 ]
        (NumpyRandom(0u).Normals 6)

[<Fact>]
let ``The spiral of seed 0 equals numpy's`` () =
    use stream = Assembly.GetExecutingAssembly().GetManifestResourceStream "spiral"
    use reader = new StreamReader(stream)

    let expected =
        reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
        |> Array.skip 1
        |> Array.map (fun line ->
            line.Split ','
            |> Array.map (fun number -> float32 (Double.Parse(number, CultureInfo.InvariantCulture))))

    let spiral = CaseStudy.spiral (NumpyRandom 0u)
    Assert.Equal(300, spiral.Count)
    Assert.Equal<float32[]>(expected |> Array.collect (Array.truncate 2), spiral.Features)
    Assert.Equal<float32[]>(expected |> Array.map Array.last, spiral.Targets)

[<Fact>]
let ``Drawing more than one round of the generator's words does not repeat any`` () =
    let numbers = NumpyRandom(7u).Normals 2000
    Assert.Equal(2000, (Array.distinct numbers).Length)
    closeTo 0.1 [ 0.0; 1.0 ] [ Array.average numbers; Statistics.deviation numbers ]
