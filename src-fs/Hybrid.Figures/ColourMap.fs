namespace Hybrid.Figures

/// Colours for numbers from 0 to 1, in steps so fine that neighbours look alike.
type ColourMap = { Steps: string[] }

module ColourMap =
    let private steps = 64

    /// Colours that pass through these, red, green and blue in 0 … 255, at equal distances.
    let private through (anchors: (float * float * float)[]) : ColourMap =
        let colour step =
            let position = float step / float (steps - 1) * float (anchors.Length - 1)
            let index = min (int position) (anchors.Length - 2)
            let part = position - float index
            let red, green, blue = anchors[index]
            let red', green', blue' = anchors[index + 1]

            let mix (a: float) b =
                int (System.Math.Round(a + part * (b - a)))

            $"#{mix red red':x2}{mix green green':x2}{mix blue blue':x2}"

        { Steps = Array.init steps colour }

    /// From dark to light, indigo to pale yellow: for quantities that are only larger or smaller.
    let sequential =
        through
            [|
                36.0, 18.0, 72.0
                48.0, 62.0, 134.0
                36.0, 112.0, 144.0
                52.0, 160.0, 126.0
                150.0, 200.0, 84.0
                253.0, 240.0, 150.0
            |]

    /// From blue through near-white to red: for quantities below and above zero.
    let diverging =
        through
            [|
                14.0, 70.0, 130.0
                80.0, 146.0, 200.0
                244.0, 243.0, 240.0
                236.0, 128.0, 110.0
                165.0, 25.0, 15.0
            |]

    /// The step for a number; outside [0, 1], the first or last one.
    let step (map: ColourMap) (part: float) : int =
        int (part * float map.Steps.Length) |> max 0 |> min (map.Steps.Length - 1)
