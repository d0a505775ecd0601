namespace Hybrid.Lecture

/// How an experiment is run.
type Setting =
    {
        /// The first seed: others follow it.
        Seed: uint64
        /// How many seeds; each experiment has its own number if absent. At least 1.
        Seeds: int option
        /// Fewer seeds and smaller data: minutes become seconds, and verdicts may become "too few runs".
        Quick: bool
        /// A CSV file of points (x, y, label) or a folder of images in place of an experiment's own data.
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

    /// How many runs count for a verdict whose limits were set on all the data: none where it is quick, which takes fewer data.
    let counted (seeds: 'seed list) (setting: Setting) : int =
        if setting.Quick then 0 else seeds.Length

    /// <summary>The seeds of an experiment.</summary>
    /// <param name="full">How many where it is not quick and has no number of its own.</param>
    /// <param name="quick">How many where it is quick.</param>
    /// <param name="setting">Its own number of seeds goes before either.</param>
    let seeds (full: int) (quick: int) (setting: Setting) : uint64 list =
        let count =
            setting.Seeds |> Option.defaultValue (if setting.Quick then quick else full)

        List.init count (fun i -> setting.Seed + uint64 i)
