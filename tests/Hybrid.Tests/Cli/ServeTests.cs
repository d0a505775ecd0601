using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid serve as a process that is talked to over loopback.</summary>
public sealed class ServeTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    /// <summary>A server of a model of houses, with intervals, in this test's folder.</summary>
    Server Serve(params string[] arguments)
    {
        Train(3).Save(command.File("model.onnx"));
        return new Server(command, arguments);
    }

    Model Train(int epochs)
    {
        command.Write("houses.csv", Tables.Houses());
        return Trainer.Train(TableData.Load(command.File("houses.csv")), new() { Epochs = epochs, Interval = 0.9 }).Model;
    }

    static string Text(HttpResponseMessage response) => response.Content.ReadAsStringAsync().Result;

    [Fact]
    public void Predictions_are_those_of_the_command()
    {
        using var server = Serve();
        command.Write("new.csv", "colour,rooms,size,note\nred,3,100,a\n,4,,b\nblue,2,55.5,c\n");
        var expected = command.Succeed("predict", "model.onnx", "new.csv", "--json").Json;
        var first = expected.GetProperty("predictions")[0].GetRawText();

        const string Row = """{ "colour": "red", "ROOMS": 3, "size": "100", "note": "a" }""";
        var batch = server.Post($$"""[{{Row}}, { "colour": null, "rooms": 4, "size": null }, [55.5, "blue", 2]]""");
        Assert.Equal((HttpStatusCode.OK, expected.GetRawText()), (batch.StatusCode, Text(batch)));
        Assert.Equal("application/json", batch.Content.Headers.ContentType?.MediaType);

        // rows alone may differ in the last bits
        foreach (var body in (string[])[Row, """[100, "red", 3]"""])
            Assert.Equal(
                JsonDocument.Parse(first).RootElement.GetProperty("upper").GetDouble(),
                JsonDocument.Parse(Text(server.Post(body))).RootElement.GetProperty("upper").GetDouble(), 1.0);

        Assert.Equal("""{"predictions":[],"predicted":0,"skipped":0,"mended":0}""", Text(server.Post("[]")));
    }

    [Fact]
    public void Rows_that_do_not_fit_are_named_skipped_or_mended()
    {
        using var server = Serve();
        const string Rows = """
            [{ "colour": "red", "rooms": 3, "size": 100 }, { "colour": "mauve", "rooms": 3, "size": 100 },
             { "colour": "red", "rooms": "many", "size": 100 }]
            """;

        var refused = JsonDocument.Parse(Text(server.Post(Rows, 422))).RootElement;
        Assert.Contains("«mauve» is not a category of the column «colour»: blue, green, red", refused.GetProperty("detail").GetString());
        Assert.Equal([2, 3], refused.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("row").GetInt32()));

        var skipped = JsonDocument.Parse(Text(server.Post(Rows, 200, "/predict?on-error=skip"))).RootElement;
        Assert.Equal(
            [JsonValueKind.Object, JsonValueKind.Null, JsonValueKind.Null],
            skipped.GetProperty("predictions").EnumerateArray().Select(row => row.ValueKind));
        Assert.Equal((1, 2), (skipped.GetProperty("predicted").GetInt32(), skipped.GetProperty("skipped").GetInt32()));
        Assert.Contains("«many» is not a number", skipped.GetProperty("problems")[1].GetProperty("detail").GetString());

        var mended = JsonDocument.Parse(Text(server.Post(Rows, 200, "/predict?on-error=missing"))).RootElement;
        Assert.Equal(2, mended.GetProperty("mended").GetInt32());
        command.Write("new.csv", "colour,rooms,size\nred,3,100\nmauve,3,100\nred,many,100\n");
        Assert.Equal(
            command.Run("predict", "model.onnx", "new.csv", "--json", "--on-error", "missing").Json.GetRawText(), mended.GetRawText());
    }

    [Fact]
    public void Bad_requests_are_answered_by_problem_details()
    {
        using var server = Serve("--max-body", "2000", "--max-rows", "5");
        (string Body, int Status, string Says)[] cases =
        [
            ("", 400, "The body is not a JSON row"),
            ("{", 400, "LineNumber: 0"),
            ("3", 400, "JSON Number"),
            ("null", 400, "JSON Null"),
            ("[[[[[[1]]]]]]", 400, "depth"),
            ("[1, 2]", 422, "3 columns, in their order, not 2"),
            ("{}", 422, "no column «size»"),
            ("""{ "size": [1], "colour": "red", "rooms": 1 }""", 422, "holds a"),
            ("""{ "size": 1e999, "colour": "red", "rooms": 1 }""", 422, "infinite"),
            ("""{ "size": 1, "colour": "\ud800", "rooms": 1 }""", 422, "not valid Unicode"),
            ("[1, [2], 3]", 422, ""),
            ("""[[1, "red", 1], 7]""", 422, "Row 2"),
            ($"[{string.Join(',', Enumerable.Repeat("[1,null,1]", 6))}]", 413, "6 rows, more than 5"),
            ($"[{new string(' ', 3000)}]", 413, "more than 2000 bytes"),
        ];

        foreach (var (body, status, says) in cases)
            IsProblem(server.Post(body, status), says);

        IsProblem(server.Post("[]", 400, "/predict?on-error=1"), "fail, skip or missing");
        IsProblem(server.Post("[]", 415, type: "text/xml"), "application/json");
        IsProblem(server.Get("/predict", 405), "GET is not for /predict");
        IsProblem(server.Get("/nothing", 404), "nothing at /nothing");
        server.Post("""[[1, "red", 1]]""");

        static void IsProblem(HttpResponseMessage response, string says)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = JsonDocument.Parse(Text(response)).RootElement;
            Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
            Assert.Contains(says, problem.GetProperty("detail").GetString());
            Assert.DoesNotContain("   at ", problem.GetRawText());
        }
    }

    [Fact]
    public void Model_health_metrics_and_document_are_served()
    {
        using var server = Serve();
        server.Post("""[[1, "red", 1], [1, null, 1]]""");
        server.Post("{", 400);

        Assert.Equal("alive\n", Text(server.Get("/health/live")));
        Assert.Equal("ready\n", Text(server.Get("/health/ready")));
        Assert.Contains("/openapi.json", Text(server.Get("/")));

        var model = JsonDocument.Parse(Text(server.Get("/model"))).RootElement;
        Assert.Equal(["size", "colour", "rooms"], model.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()));

        var document = JsonDocument.Parse(Text(server.Get("/openapi.json"))).RootElement;
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        Assert.Equal(
            """["blue","green","red",null]""",
            schemas.GetProperty("Row").GetProperty("properties").GetProperty("colour").GetProperty("enum").GetRawText());
        Assert.Equal("""["prediction","lower","upper"]""", schemas.GetProperty("Prediction").GetProperty("required").GetRawText());

        Assert.True(schemas.GetProperty("Predictions").GetProperty("properties").TryGetProperty("problems", out _));
        Assert.True(schemas.GetProperty("Problem").GetProperty("properties").TryGetProperty("rows", out _));

        var metrics = Text(server.Get("/metrics")).Split('\n');
        Assert.Contains("hybrid_requests_total{status=\"200\"} 1", metrics);
        Assert.Contains("hybrid_requests_total{status=\"400\"} 1", metrics);
        Assert.Contains("hybrid_rows_total{outcome=\"predicted\"} 2", metrics);
        Assert.Contains("hybrid_request_duration_seconds_count 2", metrics);
        Assert.Contains("hybrid_request_duration_seconds_bucket{le=\"+Inf\"} 2", metrics);
        Assert.Contains("# TYPE hybrid_requests_active gauge", metrics);
        Assert.Contains(metrics, line => line.StartsWith("dotnet_process_memory_working_set_bytes ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_file_is_loaded_and_no_request_is_lost()
    {
        using var server = Serve();
        var other = Train(1);
        var before = Text(server.Post("""[100, "red", 3]"""));

        using var ended = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => System.Threading.Tasks.Task.Run(() =>
        {
            for (var count = 1; ; count++)
            {
                server.Post("""[100, "red", 3]""");
                if (ended.IsCancellationRequested)
                    return count;
            }
        })).ToArray();

        File.WriteAllBytes(command.File("model.onnx"), [.. other.ToBytes()[..500]]);
        Until(() => Text(server.Get("/metrics")).Contains("hybrid_reloads_total{outcome=\"refused\"} 1", StringComparison.Ordinal));
        Assert.Equal(before, Text(server.Post("""[100, "red", 3]""")));

        other.Save(command.File("model.onnx"));
        Until(() => Text(server.Post("""[100, "red", 3]""")) != before);
        await ended.CancelAsync();
        Assert.All(await System.Threading.Tasks.Task.WhenAll(clients), count => Assert.True(count > 1));

        var answer = server.Stop("TERM");
        Assert.Equal(0, answer.Code);
        Assert.Contains("Loaded anew: price from 3 columns", answer.Output);
        Assert.Contains("the model before it stays", Assert.Single(answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_lets_requests_end_that_have_begun(string signal)
    {
        using var server = Serve("--max-requests", "1");
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n[100,"));
        Until(() => Text(server.Get("/metrics")).Contains("hybrid_requests_active 1", StringComparison.Ordinal));

        // one is the limit here
        Assert.Equal(1, server.Post("[]", 503).Headers.RetryAfter?.Delta?.TotalSeconds);

        Signals.Send(signal, server.Process);
        Until(() => server.Get("/health/ready", null).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.True(server.Get("/health/live").Headers.ConnectionClose);
        await stream.WriteAsync("\"red\", 3]\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());
        Assert.Contains("prediction", await reader.ReadToEndAsync());

        var answer = HybridCommand.Finish(server.Process);
        Assert.Equal((0, ""), (answer.Code, answer.Errors));
        Assert.EndsWith("Stopped.\n", answer.Output);
    }

    [Fact]
    public void What_cannot_be_served_is_said()
    {
        using var server = Serve();
        command.Fail(1, ["address already in use"], "serve", "model.onnx", "--urls", server.Address.ToString());
        command.Fail(1, ["absent.onnx"], "serve", "absent.onnx");
        command.Fail(2, ["--urls: «https://127.0.0.1:1» asks for HTTPS"], "serve", "model.onnx", "--urls", "https://127.0.0.1:1");
        command.Fail(2, ["--urls: «nowhere» is no URL"], "serve", "model.onnx", "--urls", "nowhere");
        command.Fail(2, ["--max-rows must be at least 1, not 0"], "serve", "model.onnx", "--max-rows", "0");
        command.Fail(2, ["--drain must be from 0 to 3600 seconds, not -1"], "serve", "model.onnx", "--drain", "-1");
    }

    static void Until(Func<bool> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "It did not come true within 30 seconds.");
            Thread.Sleep(20);
        }
    }

    /// <summary>The command as it serves model.onnx at a free port.</summary>
    sealed class Server : IDisposable
    {
        readonly HttpClient client;

        public Server(HybridCommand command, string[] arguments)
        {
            Process = command.Start(["serve", "model.onnx", "--urls", "http://127.0.0.1:0", .. arguments]);
            var line = Process.StandardOutput.ReadLine();
            Assert.True(line is not null, "It did not start.");
            Address = new Uri(line[(line.LastIndexOf(' ') + 1)..].TrimEnd('.'));
            client = new HttpClient { BaseAddress = Address };
        }

        public Process Process { get; }

        public Uri Address { get; }

        public HttpResponseMessage Post(string body, int status = 200, string path = "/predict", string type = "application/json")
        {
            using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
            return Checked(client.PostAsync(new Uri(path, UriKind.Relative), content).Result, status);
        }

        public HttpResponseMessage Get(string path, int? status = 200) => Checked(client.GetAsync(new Uri(path, UriKind.Relative)).Result, status);

        public Answer Stop(string signal)
        {
            Signals.Send(signal, Process);
            return HybridCommand.Finish(Process);
        }

        public void Dispose()
        {
            client.Dispose();
            if (!Process.HasExited)
                Process.Kill();
            Process.Dispose();
        }

        static HttpResponseMessage Checked(HttpResponseMessage response, int? status)
        {
            Assert.True(status is null || (int)response.StatusCode == status, $"{(int)response.StatusCode}: {Text(response)}");
            return response;
        }
    }
}
