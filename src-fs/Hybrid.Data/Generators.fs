namespace Hybrid.Data

open System
open Hybrid.Core

/// A family of points in the plane, drawn from a seed.
[<NoEquality; NoComparison>]
type Generator =
    {
        Name: string
        /// The number of classes, named 0, 1, …
        ClassCount: int
        /// The default number of examples.
        Examples: int
        /// The default noise.
        Noise: float
        /// The point of a class, from the position t in [0, 1) among its points, the noise, two uniform and two normal numbers.
        Point: PointSource -> float * float
    }

/// What a generator's point is made from.
and [<NoComparison>] PointSource =
    {
        Class: int
        /// The position among the points of the class, from 0 for the first to 1 for the last.
        Position: float
        Noise: float
        /// Uniform in [0, 1).
        Uniform: float * float
        /// Standard normal.
        Normal: float * float
    }

/// <summary>Seeded examples with two columns, x and y, and classes of equal size (up to one example).</summary>
/// <remarks>Below, s is the noise, k the class, e and f are standard normal numbers, u and v uniform ones in [0, 1).</remarks>
module Generators =
    let private jitter (point: PointSource) (x, y) =
        x + point.Noise * fst point.Normal, y + point.Noise * snd point.Normal

    /// <summary>Three arms: x = r sin a, y = r cos a with r from 0 to 1 and a = 4 (k + r) + s e; noise 0.2.</summary>
    /// <remarks>The spiral of the course CS231n, Convolutional Neural Networks for Visual Recognition.</remarks>
    let spiral: Generator =
        {
            Name = "spiral"
            ClassCount = 3
            Examples = 300
            Noise = 0.2
            Point =
                fun point ->
                    let r = point.Position
                    let angle = 4.0 * (float point.Class + r) + point.Noise * fst point.Normal
                    r * sin angle, r * cos angle
        }

    /// A disc and a ring around it: r cos 2πv + s e, r sin 2πv + s f with r = 2u inside and r = 3 + 2u outside; noise 0.1.
    let circle: Generator =
        {
            Name = "circle"
            ClassCount = 2
            Examples = 200
            Noise = 0.1
            Point =
                fun point ->
                    let u, v = point.Uniform
                    let r = if point.Class = 0 then 2.0 * u else 3.0 + 2.0 * u
                    jitter point (r * cos (2.0 * Math.PI * v), r * sin (2.0 * Math.PI * v))
        }

    /// Two interleaved half circles: cos a + s e, sin a + s f and 1 - cos a + s e, 1/2 - sin a + s f with
    /// a from 0 to π; noise 0.1.
    let moons: Generator =
        {
            Name = "moons"
            ClassCount = 2
            Examples = 200
            Noise = 0.1
            Point =
                fun point ->
                    let angle = Math.PI * point.Position

                    if point.Class = 0 then
                        jitter point (cos angle, sin angle)
                    else
                        jitter point (1.0 - cos angle, 0.5 - sin angle)
        }

    /// Noisy corners ±1 + s e, ±1 + s f: class 0 where the signs are equal, class 1 where they differ; noise 0.3.
    let xor: Generator =
        {
            Name = "xor"
            ClassCount = 2
            Examples = 200
            Noise = 0.3
            Point =
                fun point ->
                    let x = if fst point.Uniform < 0.5 then -1.0 else 1.0
                    jitter point (x, (if point.Class = 0 then x else -x))
        }

    /// Three normal clouds around 2 cos 2πk/3 + s e, 2 sin 2πk/3 + s f; noise 0.5.
    let blobs: Generator =
        {
            Name = "blobs"
            ClassCount = 3
            Examples = 300
            Noise = 0.5
            Point =
                fun point ->
                    let angle = 2.0 * Math.PI * float point.Class / 3.0
                    jitter point (2.0 * cos angle, 2.0 * sin angle)
        }

    /// All generators.
    let all: Generator list = [ spiral; circle; moons; xor; blobs ]

    /// <summary>Draws examples; the same seed gives the same examples.</summary>
    /// <param name="generator">One of this module, or one of your own.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="examples">Their number; at least one per class.</param>
    /// <param name="noise">Finite and not negative, in the unit of the generator's formula.</param>
    /// <exception cref="T:Hybrid.TableException">The number of examples or the noise is out of range.</exception>
    let generate (generator: Generator) (seed: uint64) (examples: int) (noise: float) : Table =
        let classes = generator.ClassCount

        let fail message =
            raise (TableException(generator.Name, None, None, message))

        if examples < classes || examples > 10_000_000 then
            fail $"the number of examples is {examples}. It must be from {classes} to 10000000."

        if not (Double.IsFinite noise) || noise < 0.0 then
            fail $"the noise is {noise}. It must be a number of at least 0."

        let uniform = Random.uniforms (Random.split seed 0) 0UL (2 * examples)
        let normal = Random.normals (Random.split seed 1) (2 * examples)
        let features = Array.zeroCreate<float32>(2 * examples)

        for i in 0 .. examples - 1 do
            let kind = i % classes
            let members = (examples - kind + classes - 1) / classes

            let x, y =
                generator.Point
                    {
                        Class = kind
                        Position = float (i / classes) / float (max 1 (members - 1))
                        Noise = noise
                        Uniform = uniform[2 * i], uniform[2 * i + 1]
                        Normal = normal[2 * i], normal[2 * i + 1]
                    }

            features[2 * i] <- float32 x
            features[2 * i + 1] <- float32 y

        Table.create
            generator.Name
            [| Column.numeric "x"; Column.numeric "y" |]
            features
            "class"
            (Classes(Array.init classes string, Array.init examples (fun i -> i % classes)))

    /// <summary>Draws the generator's default number of examples with its default noise.</summary>
    let byDefault (generator: Generator) (seed: uint64) : Table =
        generate generator seed generator.Examples generator.Noise
