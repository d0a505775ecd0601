namespace Hybrid;

/// <summary>The description of one layer.</summary>
/// <param name="Kind">Such as linear, relu or softmax.</param>
/// <param name="Shape">The extents of its output for one example; of images, channels, height and width, in this order.</param>
/// <param name="Neurons">How many units with weights it has; 0 for activations and the like.</param>
/// <param name="Parameters">The number of its parameters.</param>
/// <param name="MultiplyAdds">How many products are added up for one example.</param>
public sealed record LayerDescription(string Kind, IReadOnlyList<int> Shape, int Neurons, int Parameters, long MultiplyAdds);
