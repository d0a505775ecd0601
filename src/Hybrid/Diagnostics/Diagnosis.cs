namespace Hybrid;

/// <summary>What the doctor finds in a model.</summary>
/// <param name="Examples">The number of examples that the units were observed on.</param>
/// <param name="Layers">First to last; the last one is the output layer.</param>
/// <param name="Findings">Where the model departs from the lecture's advice, the most serious first; empty for a healthy
/// network.</param>
/// <param name="Training">Loss and quality on these examples.</param>
/// <param name="HeldOut">Loss and quality on the examples held out from the training, if there are any.</param>
public sealed record Diagnosis(
    int Examples, IReadOnlyList<DiagnosedLayer> Layers, IReadOnlyList<DiagnosedFinding> Findings, Metrics Training,
    Metrics? HeldOut);

/// <summary>What the units of one layer do on the examples, and what reaches their weights.</summary>
/// <param name="Layer">From 1: the input is not a layer.</param>
/// <param name="Kind">The activation: relu, maxout and so on; identity for none; "relu within" for one between the neurons of a residual block,
/// which comes before its layer and has the number of that.</param>
/// <param name="IsHidden">Whether it is not the output layer.</param>
/// <param name="Units">The number of its units; of images, of their channels.</param>
/// <param name="Places">At how many places of an example each unit is observed: of images, height times width; otherwise 1. What is said of
/// a unit on every example is then so at every place.</param>
/// <param name="NotFinite">Units whose sum or output is NaN or infinite on some example; they count as neither dead nor without
/// gradient.</param>
/// <param name="Dead">Units that give exactly 0, with a derivative of exactly 0, on every example.</param>
/// <param name="NoGradient">Units whose activation has a derivative of exactly 0 on every example, the dead among them: no
/// gradient reaches their weights.</param>
/// <param name="Pieces">Of maxout, the total number of linear pieces; 0 for other kinds.</param>
/// <param name="UnusedPieces">Of maxout, linear pieces that are not the maximum on any example.</param>
/// <param name="Saturated">Of sigmoid and tanh, the share of outputs near an end of the range; null for other kinds.</param>
/// <param name="Mean">Of all outputs.</param>
/// <param name="Deviation">The standard deviation of all outputs.</param>
/// <param name="GradientNorm">The root mean square length of the gradient of a batch's mean loss with respect to the
/// weights.</param>
/// <param name="UpdateRatio">The length of a step's change of the weights divided by that of the weights, with the optimizer and
/// the learning rate that training began with; null where they are not known.</param>
public sealed record DiagnosedLayer(
    int Layer, string Kind, bool IsHidden, int Units, int Places, int NotFinite, int Dead, int NoGradient, int Pieces, int UnusedPieces,
    double? Saturated, double Mean, double Deviation, double GradientNorm, double? UpdateRatio);

/// <summary>A problem that the lecture warns about, found in this model.</summary>
/// <param name="Kind">The name of the rule, such as dead-units.</param>
/// <param name="Layer">From 1; null where it is about the whole network or its data.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Threshold">The limit that was exceeded.</param>
/// <param name="Found">What was found, with the measured value.</param>
/// <param name="Says">The lecture's advice, in short.</param>
/// <param name="Remedies">What to try, in order.</param>
public sealed record DiagnosedFinding(
    string Kind, int? Layer, double Value, double Threshold, string Found, string Says, IReadOnlyList<Remedy> Remedies)
{
    /// <summary>What to try, as one sentence: "Use LearningRate = 0.001 (usual for adam), or …".</summary>
    public string Advice => Remedy.Sentence(Remedies);
}
