namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>The cases of one operator, each compared with ONNX Runtime or refused.</summary>
static class OperatorFamily
{
    public static FamilyReport Run(string operatorName)
    {
        var cases = OperatorCases.ByOperator[operatorName].ToList();
        var models = cases.SelectMany(test => test.Models).ToList();
        List<string> failures = [.. models.Select(model => (model, failure: FamilyReport.Failure(model.Check)))
            .Where(run => run.failure is not null).Select(run => $"{run.model}: {run.failure}")];

        if (cases.Count == 0)
            failures.Add($"{operatorName} has no case: add some to the tables beside OperatorCases.");
        return new($"{operatorName}: {cases.Count} cases as {models.Count} models, {failures.Count} failed", failures);
    }
}
