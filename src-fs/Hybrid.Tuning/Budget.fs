namespace Hybrid.Tuning

/// How far a search has come, when it may begin one more trial.
type SearchProgress =
    {
        /// The trials that have begun.
        Begun: int
        /// Those of them that belong to the bracket that is being filled.
        InBracket: int
    }

/// When a search begins no further trial. What it finds depends on the number of trials only.
module Budget =
    /// A number of trials.
    let trials (count: int) (progress: SearchProgress) : bool = progress.Begun < count

    /// <summary>As many trials as are expected to end within a time: those of a bracket that go on take as long again, in proportion to
    /// their epochs. The first trial is always made.</summary>
    /// <param name="elapsed">The seconds since the search began.</param>
    /// <param name="seconds">The budget.</param>
    /// <param name="most">The largest number of epochs of a trial.</param>
    let time (elapsed: unit -> float) (seconds: float) (most: int) : SearchProgress -> bool =
        let first, start = ref 0.0, ref 0.0
        let shortest = float (Halving.rungs most).Head

        fun progress ->
            let now = elapsed ()

            if progress.Begun = 0 then
                true
            elif progress.InBracket = 0 then
                if progress.Begun = 1 then
                    first.Value <- now

                start.Value <- now
                // the smallest bracket has one trial of all epochs
                now + first.Value <= seconds
            else
                let perEpoch = (now - start.Value) / (float progress.InBracket * shortest)

                start.Value + perEpoch * float (Halving.epochs most (progress.InBracket + 1))
                <= seconds
