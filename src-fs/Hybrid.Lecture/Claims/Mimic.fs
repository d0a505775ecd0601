namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R37: a shallow network that learns a teacher's scores instead of labels.</summary>
/// <remarks>Paper: a shallow student that mimics the scores of a deep teacher is more accurate than the same network trained on
/// the labels, and comes close to the teacher. Measured: test accuracies. The teacher is the average of ten networks
/// 784-256-256-10 with dropout and input noise, trained on 300 labelled images. The student, 784-64-10, regresses the teacher's
/// scores, centred per image and in units of their deviation, on images without labels. It is compared with the same network
/// trained on the labels, without and with the teacher's own dropout and noise: if these do as well, it is not the scores that
/// help. Rates and steps are fixed beforehand. A gain over either that a fair coin would show as well contradicts the
/// claim.</remarks>
module internal Mimic =
    [<Literal>]
    let private Labelled = 300

    [<Literal>]
    let private NeededSeeds = 5

    [<Literal>]
    let private StudentUnits = 64

    /// The steps of trainings on labels, of teacher and student.
    [<Literal>]
    let private LabelSteps = 2_000

    /// The steps of trainings on scores, for any number of images.
    [<Literal>]
    let private ScoreSteps = 5_000

    /// Test accuracies for one seed.
    type private Result =
        {
            Teacher: float
            Labels: float
            /// Trained on labels, with the teacher's dropout and noise.
            Regularised: float
            /// By the number of images that the teacher has scored.
            Mimics: (int * float) list
        }

    let private regularised (network: Network) : Network =
        {
            Layers =
                Noise.layer 0.4
                :: (network.Layers
                    |> List.collect (fun layer ->
                        if layer.Kind = "relu" then
                            [ layer; Dropout.layer 0.5 ]
                        else
                            [ layer ]))
        }

    let private epochs (examples: Examples) batch steps = max 1 (steps * batch / examples.Count)

    /// Cross-entropy on labelled images, with a rate that falls to 0.
    let private onLabels engine images (examples: Examples) key network : Network option =
        let options =
            { Classifier.options
                  images
                  Optimizer.adam
                  0.001
                  50
                  (epochs examples 50 LabelSteps)
                  (Random.split key 1) with
                Schedule = Schedule.cosine
            }

        Classifier.train engine options network examples

    let private outputs engine network (examples: Examples) : float32[] =
        (Inference.create engine network examples.Width).Run(examples.Features, examples.Rows)

    /// <summary>The student's targets: scores less their mean per image, in units of the deviation of all.</summary>
    /// <param name="classes">The number of scores per image.</param>
    /// <param name="scores">[images; classes].</param>
    let standardised (classes: int) (scores: float32[]) : float32[] =
        let centred =
            scores
            |> Array.chunkBySize classes
            |> Array.collect (fun row ->
                let mean = Array.average row
                row |> Array.map (fun score -> score - mean))

        let deviation = sqrt (centred |> Array.averageBy (fun score -> score * score))
        centred |> Array.map (fun score -> score / deviation)

    /// Regression of the scores on images as the teacher sees them.
    let private onScores engine (images: Images) (examples: Examples) (scores: float32[]) key network =
        let batch = min 128 examples.Count

        let options =
            { Classifier.options
                  images
                  Optimizer.adam
                  0.001
                  batch
                  (epochs examples batch ScoreSteps)
                  (Random.split key 1) with
                Task = Regression images.Classes
                Loss = Loss.squared
                Schedule = Schedule.cosine
            }

        let taught =
            Examples.all
                examples.Width
                (examples.Pick(examples.Width, examples.Features))
                (standardised images.Classes scores)

        Classifier.train engine options network taught

    let private accuracyOf engine (images: Images) (network: Network option) : float =
        match network with
        | Some network -> Classifier.accuracy engine images.Classes network images.Test
        | None -> 0.0

    let private student (images: Images) key =
        Dense.network "relu" key [ images.Train.Width; StudentUnits; images.Classes ]

    /// One network of a teacher: its scores for the images without labels and for the test images.
    let private member' images labelled unlabelled engine (seed, index) : float32[] * float32[] =
        let key = Random.split (Random.split seed 10) index

        let network =
            Dense.network "relu" (Random.split key 0) [ images.Train.Width; 256; 256; images.Classes ]
            |> regularised

        match onLabels engine images (labelled seed) key network with
        | Some trained -> outputs engine trained (unlabelled seed), outputs engine trained images.Test
        | None -> [||], [||]

    /// <summary>From test accuracies for each seed.</summary>
    /// <param name="teacher">Of the teacher.</param>
    /// <param name="labels">Of the student trained on labels.</param>
    /// <param name="control">The same with the teacher's dropout and noise.</param>
    /// <param name="mimic">Of the student trained on the teacher's scores.</param>
    let conditions (teacher: float list) (labels: float list) (control: float list) (mimic: float list) =
        let lead = List.average teacher - List.average labels

        [
            Condition.better
                "a student learns more from a teacher's scores than from labels"
                (List.map2 (-) mimic labels)
            Condition.better
                "a student learns more from scores than from labels with the teacher's own dropout and noise"
                (List.map2 (-) mimic control)
            Condition.atLeast
                "the student comes close to the teacher"
                ((List.average mimic - List.average labels) / lead)
                0.33
                "the mean share of the teacher's lead that it closes: in the paper 1.5 of 4.6 points"
        ]

    let private draw (sizes: int list) (results: Result list) : Figure =
        let xs = sizes |> List.map float |> Array.ofList

        let percent (f: Result -> float) = 100.0 * (results |> List.averageBy f)

        let level f = Array.create xs.Length (percent f)

        let mimic =
            sizes
            |> List.mapi (fun i _ -> percent (fun result -> snd result.Mimics[i]))
            |> Array.ofList

        Chart.create
            $"A student with {StudentUnits} units, trained on labels or on a teacher's scores"
            (Axis.logarithmic "images that the teacher has scored")
            (Axis.linear "accuracy on test images" |> Axis.inUnit "%")
            [
                Lines.dashed Ink $"the teacher, 10 networks, {Labelled} labels" xs (level _.Teacher)
                Lines.line (Series 0) "the student, teacher's scores" xs mimic
                Scatter.points (Series 0) "" xs mimic
                Lines.dashed (Series 1) $"the student, {Labelled} labels" xs (level _.Labels)
                Lines.dashed (Series 2) "the same with dropout and noise" xs (level _.Regularised)
            ]
        |> Chart.draw

    let private outcome (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting

        let sizes =
            if setting.Quick then
                [ 300; 3_000 ]
            else
                [ 300; 3_000; 30_000 ]

        let members = if setting.Quick then 3 else 10
        let drawn seed = Images.draw (Random.split seed 11)
        let labelled seed = drawn seed Labelled images.Train

        let unlabelled seed =
            drawn seed (List.last sizes) images.Train

        let teachers =
            [
                for seed in seeds do
                    for index in 1..members -> seed, index
            ]
            |> Runs.map (member' images labelled unlabelled)
            |> List.chunkBySize members
            |> List.map (fun scores ->
                let mean pick =
                    scores
                    |> List.map pick
                    |> List.reduce (Array.map2 (+))
                    |> Array.map (fun sum -> sum / float32 members)

                mean fst, mean snd)

        let right (outputs: float32[]) =
            match Metrics.classified images.Classes outputs (images.Test.Pick(1, images.Test.Targets)) with
            | Classified(accuracy, _) -> accuracy
            | Estimated _ -> nan

        let results =
            List.zip seeds teachers
            |> Runs.map (fun engine (seed, (scores, testScores)) ->
                let key = Random.split seed 12
                let network = student images (Random.split key 0)
                let labelled, unlabelled = labelled seed, unlabelled seed

                let byLabels = onLabels engine images labelled key >> accuracyOf engine images

                {
                    Teacher = right testScores
                    Labels = byLabels network
                    Regularised = byLabels (regularised network)
                    Mimics =
                        [
                            for size in sizes do
                                let some = Images.first size unlabelled
                                let scores = Array.truncate (size * images.Classes) scores

                                size,
                                onScores engine images some scores key network |> accuracyOf engine images
                        ]
                })

        // means, since a single teacher may have almost no lead
        let mean f = results |> List.averageBy f
        let mimic result = result.Mimics |> List.last |> snd
        let gain = mean mimic - mean _.Labels
        let closed = gain / (mean _.Teacher - mean _.Labels)

        let each (f: Result -> float) = results |> List.map f

        let conditions =
            conditions (each _.Teacher) (each _.Labels) (each _.Regularised) (each mimic)

        {
            Verdict = Verdict.ofRuns NeededSeeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.versus
                        1.5
                        "gain of the student in percentage points (published: phones of TIMIT, error 23.1 % to 21.6 %)"
                        (100.0 * gain)
                    Measurement.own "share of the teacher's lead closed" closed
                    Measurement.own "accuracy, teacher" (mean _.Teacher)
                    Measurement.own "accuracy, student trained on labels" (mean _.Labels)
                    Measurement.own
                        "accuracy, student trained on labels with the teacher's dropout and noise"
                        (mean _.Regularised)
                    for i, size in List.indexed sizes do
                        Measurement.own
                            $"accuracy, student trained on the teacher's scores of {size:N0} images"
                            (mean (fun result -> snd result.Mimics[i]))
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{Labelled} labelled images; teacher: {members} networks 784-256-256-{images.Classes}; student: 784-{StudentUnits}-{images.Classes}, {Network.parameterCount (student images 0UL):N0} parameters in every case."
                    "What the teacher knows beyond the labels comes from its dropout and noise: a student that has these itself needs it less."
                ]
            Figures = [ "mimic", draw sizes results ]
        }

    let experiment: Experiment =
        {
            Name = "mimic"
            Row = "R37"
            Title = "A shallow student learns more from a deep teacher's scores than from labels"
            Claim =
                "A shallow network that learns the scores of a deep teacher on images without labels is more accurate than the same network trained on the labels."
            Source = "Ba and Caruana, \"Do deep nets really need to be deep?\" (2014), table 1"
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
