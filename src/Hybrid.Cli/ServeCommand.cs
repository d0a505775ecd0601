using System.CommandLine;
using Hybrid.Cli.Serving;

namespace Hybrid.Cli;

/// <summary>hybrid serve: a model's predictions over HTTP.</summary>
static class ServeCommand
{
    public const string Name = "serve";

    public const string Examples = """
        Examples:
          hybrid serve model.onnx
          curl -s localhost:8080/predict -H 'content-type: application/json' -d '{"petal width (cm)": 0.2, "petal length (cm)": 1.4,
            "sepal width (cm)": 3.5, "sepal length (cm)": null}'
          curl -s localhost:8080/predict -H 'content-type: application/json' -d '[[5.1, 3.5, 1.4, 0.2], [6.8, 3, 5.9, 2.3]]'
          curl -s localhost:8080/openapi.json
          hybrid serve model.onnx --urls 'http://*:80' --max-rows 100
        """;

    public static Command Create()
    {
        var model = ModelArgument.Create();
        var urls = Arguments.Text(
            "--urls", "urls", "Where to listen: http URLs, separated by semicolons; * is every address, port 0 a free one. Default: "
            + $"{ServingOptions.Default.Urls[0]}, which other machines do not reach.");
        var onError = Arguments.OnError(
            "What to do about a row that does not fit the model, unless a request says it (?on-error=…): fail the request; return null "
            + "for it; or take a text that is no number, or an unknown category, as missing. Default: fail.");
        var maxBody = Arguments.Whole(
            "--max-body", $"The maximum size of a request's body, in bytes. Default: {ServingOptions.Default.MaxBody}.", "bytes");
        var maxRows = Arguments.Whole("--max-rows", $"The maximum number of rows of a request. Default: {ServingOptions.Default.MaxRows}.");
        var maxRequests = Arguments.Whole(
            "--max-requests", $"How many requests are predicted at once; further ones are refused. Default: {ServingOptions.Default.MaxRequests}.");
        var drain = Arguments.Number(
            "--drain", "How long requests are still taken after SIGTERM or Ctrl-C, as long as they come, while /health/ready says no. "
            + $"Default: {Words.Number(ServingOptions.Default.Drain.TotalSeconds)}.", "seconds");

        var command = new Command(Name, "Serve a model's predictions over HTTP, until SIGTERM or Ctrl-C. A changed file is loaded anew.")
        {
            model, urls, onError, maxBody, maxRows, maxRequests, drain,
        };
        command.SetAction(parsed =>
        {
            var standard = ServingOptions.Default;
            int AtLeastOne(Option<int?> option, int otherwise) => parsed.GetValue(option) is not { } value ? otherwise
                : value >= 1 ? value
                : throw new UsageException($"{option.Name} must be at least 1, not {value}.");

            var options = new ServingOptions(
                parsed.GetValue(urls) is { } listed ? Urls(listed) : standard.Urls,
                Arguments.RowErrors(parsed.GetValue(onError)),
                AtLeastOne(maxBody, standard.MaxBody),
                AtLeastOne(maxRows, standard.MaxRows),
                AtLeastOne(maxRequests, standard.MaxRequests),
                parsed.GetValue(drain) is not { } seconds ? standard.Drain
                    : seconds is >= 0 and <= 3600 ? TimeSpan.FromSeconds(seconds)
                    : throw new UsageException($"--drain must be from 0 to 3600 seconds, not {Words.Number(seconds)}."));

            return ModelServer.Run(parsed.GetRequiredValue(model), options);
        });
        return command;
    }

    static string[] Urls(string listed)
    {
        string[] urls = listed.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
            throw new UsageException("--urls names no URL.");

        foreach (var url in urls)
            if (ModelServer.WhyNot(url) is { } reason)
                throw new UsageException($"--urls: {Printable.quote(url)} {reason}.");

        return urls;
    }
}
