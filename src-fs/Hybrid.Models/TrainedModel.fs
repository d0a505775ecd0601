namespace Hybrid.Models

open Hybrid.Core

/// The models that a training makes of its networks.
module internal TrainedModel =
    /// The model of layers, from raw columns to final outputs.
    let ofNetwork (network: Network) (prepared: Prepared) (epoch: int option) : Model =
        let prepared = prepared.Of(Prepared.SizesOf network)

        {
            Network =
                (Network.thaw prepared.Start network
                 // running statistics change only in training: see LayerText
                 |> if epoch.IsSome then BatchNormalization.folded else id)
                >=> prepared.Ending
            Schema = prepared.Schema
            Loss = prepared.Loss
            UnknownLoss = None
            Training =
                Some
                    { prepared.Record with
                        BestEpoch = epoch
                    }
            Conformal = []
            Thresholds = None
            Notes = []
        }

    /// The model of an epoch, from raw columns to final outputs.
    let ofEpoch (prepared: Prepared) (epoch: Epoch) : Model =
        ofNetwork epoch.Network prepared (Some epoch.Number)

    /// The same with scores that are multiplied by a factor before they become probabilities.
    let tempered (prepared: Prepared) (epoch: Epoch) (factor: float) : Model =
        let plain = ofEpoch prepared epoch

        if factor = 1.0 then
            { plain with
                Training =
                    plain.Training
                    |> Option.map (fun record -> { record with Temperature = Some 1.0 })
            }
        else
            { plain with
                Network =
                    BatchNormalization.folded (Network.thaw prepared.Start epoch.Network)
                    >=> Temperature.layer factor
                    >=> prepared.Ending
                Training =
                    plain.Training
                    |> Option.map (fun record ->
                        { record with
                            Temperature = Some(1.0 / factor)
                        })
            }
