namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>How the cases of a family went: counts for the eye, and a line for each failure.</summary>
sealed record FamilyReport(string Summary, IReadOnlyList<string> Failures)
{
    /// <summary>Why a case fails; null where it does not.</summary>
    public static string? Failure(Action run)
    {
        try
        {
            run();
            return null;
        }
        // another's refusal of a case is a failure too
        catch (Exception error) when (error is HybridException or ArgumentException or InvalidOperationException)
        {
            return error.Message;
        }
    }
}
