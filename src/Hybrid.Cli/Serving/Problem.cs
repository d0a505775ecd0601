using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Cli.Serving;

/// <summary>Errors as problem details (RFC 9457): a title by the status, what is wrong, and for rows each reason.</summary>
static class Problem
{
    public static Task Write(HttpContext context, int status, string detail, IReadOnlyList<RowProblem>? rows = null)
    {
        var problem = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = Title(status),
            ["status"] = status,
            ["detail"] = Printable.text(detail),
        };
        if (rows is { Count: > 0 })
            problem["rows"] = Of(rows);

        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";

        return ModelServer.Write(context, ServedModel.Bytes(problem), "application/problem+json");
    }

    /// <summary>Why rows do not fit.</summary>
    public static JsonArray Of(IEnumerable<RowProblem> rows) => Json.Array(rows.Select(problem => (JsonNode?)new JsonObject
    {
        ["row"] = problem.Row,
        ["detail"] = Printable.text(problem.Detail),
    }));

    static string Title(int status) => status switch
    {
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}
