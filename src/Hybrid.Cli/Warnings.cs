namespace Hybrid.Cli;

/// <summary>What users should know before they trust a model, on stderr.</summary>
static class Warnings
{
    public static void Print(Model model)
    {
        // rank 0 alone speaks
        if (Ranks.IsFollower)
            return;

        foreach (var warning in model.Warnings)
            Console.Error.WriteLine(Printable.line($"hybrid: warning: {warning}"));
    }
}
