namespace Hybrid.Lecture

/// The data that can replace an experiment's own.
type OwnData =
    | NoData
    /// A CSV file with the columns x, y and label.
    | Points
    /// A folder of IDX files such as Fashion-MNIST's, or of CIFAR's binary files.
    | Images

/// <summary>One claim of the lecture, and its test.</summary>
[<NoEquality; NoComparison>]
type Experiment =
    {
        /// As on the command line, such as "dead".
        Name: string
        /// The row of the lecture's table, such as "R14". Several experiments may belong to one.
        Row: string
        /// Its subject, in a few words.
        Title: string
        /// What the lecture says, precisely enough to be refuted.
        Claim: string
        /// Who says so: paper and year, or the lecture itself.
        Source: string
        Data: OwnData
        Run: Setting -> Outcome
    }
