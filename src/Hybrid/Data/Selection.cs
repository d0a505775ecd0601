namespace Hybrid;

/// <summary>Examples to measure a model on.</summary>
/// <param name="Examples">The examples.</param>
/// <param name="Part">Which part of the data they are.</param>
/// <param name="Available">The total number of examples in the data.</param>
/// <param name="TrainedOn">The number of these that the model was trained on, if this is its training data; 0 where it cannot
/// be, because the number of examples is different.</param>
public sealed record Selection(TableData Examples, DataPart Part, int Available, int TrainedOn)
{
    internal static Selection Of(Models.FSharpSelection value) =>
        new(new TableData(value.Table, value.Rows), PartOf(value.Part), value.Available, value.TrainedOn);

    internal static Models.Part PartOf(DataPart part) => part switch
    {
        DataPart.Train => Models.Part.Train,
        DataPart.Validation => Models.Part.Validation,
        DataPart.Test => Models.Part.Test,
        DataPart.Calibration => Models.Part.Calibration,
        _ => Models.Part.All,
    };

    internal static DataPart PartOf(Models.Part part) =>
        part.IsTrain ? DataPart.Train
        : part.IsValidation ? DataPart.Validation
        : part.IsTest ? DataPart.Test
        : part.IsCalibration ? DataPart.Calibration
        : DataPart.All;
}
