namespace Hybrid.Lecture

/// How an experiment is run.
type Setting =
    {
        /// The first seed; the others follow it.
        Seed: uint64
        /// The number of seeds, at least 1; by default each experiment's own.
        Seeds: int option
        /// Fewer seeds and smaller data: minutes become seconds, and verdicts may become "too few runs".
        Quick: bool
        /// A CSV file of points (x, y, label) or a folder of images, instead of an experiment's own data.
        Data: string option
    }

module Setting =
    /// Seed 1, each experiment's own number of seeds and data.
    let defaults: Setting =
        {
            Seed = 1UL
            Seeds = None
            Quick = false
            Data = None
        }

    /// The number of runs that count for a verdict whose limits apply to all the data: none if quick, which uses fewer data.
    let counted (seeds: 'seed list) (setting: Setting) : int =
        if setting.Quick then 0 else seeds.Length

    /// <summary>The seeds of an experiment.</summary>
    /// <param name="full">Their number by default.</param>
    /// <param name="quick">Their number by default if quick.</param>
    /// <param name="setting">Its own number of seeds takes precedence.</param>
    let seeds (full: int) (quick: int) (setting: Setting) : uint64 list =
        let count =
            setting.Seeds |> Option.defaultValue (if setting.Quick then quick else full)

        List.init count (fun i -> setting.Seed + uint64 i)
