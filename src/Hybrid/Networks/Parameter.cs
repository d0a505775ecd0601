namespace Hybrid;

/// <summary>A tensor that a network learns, or one of the same shape, such as its gradient.</summary>
/// <param name="Name">The index of its layer and its role there, such as 0.weight.</param>
/// <param name="Shape">Of a weight [units; inputs], of a bias [units].</param>
/// <param name="Values">Row by row.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
