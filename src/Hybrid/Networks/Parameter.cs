namespace Hybrid;

/// <summary>A tensor of numbers that a network learns, or something of the same shape, such as its gradient.</summary>
/// <param name="Name">The number of its layer and what it is there, such as 0.weight.</param>
/// <param name="Shape">Of a weight [units; inputs], of a bias [units].</param>
/// <param name="Values">Row by row.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
