using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hybrid.Cli.Serving;

/// <summary>A model over HTTP: predictions, their description, health and metrics.</summary>
sealed class ModelServer : IDisposable
{
    /// <summary>As long as nothing comes, nothing is waited for.</summary>
    static readonly TimeSpan quiet = TimeSpan.FromMilliseconds(250);

    const string Index = """
        POST /predict        predictions: a JSON row by column names, or an array of rows
        GET  /model          the model: columns, categories, targets
        GET  /openapi.json   all of this as an OpenAPI document
        GET  /health/live    whether the process runs
        GET  /health/ready   whether to send it requests
        GET  /metrics        counts and times, for Prometheus

        """;

    readonly ServingOptions options;
    readonly ModelWatch watch;
    readonly ServingMetrics metrics;
    readonly PrometheusText prometheus;
    readonly WebApplication application;

    int active;
    long lastRequest;
    volatile bool isStopping;

    ModelServer(string path, ServingOptions options)
    {
        this.options = options;
        watch = new ModelWatch(path);
        prometheus = new PrometheusText(ServingMetrics.MeterName, "System.Runtime");
        metrics = new ServingMetrics(() => watch.Current.Loaded);
        application = Build();
    }

    /// <summary>Serves the model of a file until a signal ends it.</summary>
    /// <exception cref="HybridException">The file is no model.</exception>
    /// <exception cref="IOException">An address cannot be listened to.</exception>
    public static int Run(string path, ServingOptions options)
    {
        using var interruption = new Interruption();
        using var server = new ModelServer(path, options);
        Warnings.Print(server.watch.Current.Model);
        server.Serve(path, interruption.Token).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    /// <summary>Why a URL cannot be listened to; null if it can, as far as it tells.</summary>
    public static string? WhyNot(string url)
    {
        try
        {
            return BindingAddress.Parse(url) switch
            {
                { Scheme: "https" } => "asks for HTTPS, which this server leaves to one in front of it: give http",
                { Scheme: not "http" } => "is no http URL",
                { PathBase.Length: > 0 } => "has a path, and the server has its own",
                _ => null,
            };
        }
        catch (FormatException)
        {
            return "is no URL, such as http://127.0.0.1:8080";
        }
    }

    /// <summary>A whole response.</summary>
    public static async Task Write(HttpContext context, byte[] bytes, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    public void Dispose()
    {
        metrics.Dispose();
        prometheus.Dispose();
    }

    WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.WebHost.UseUrls(options.Urls);
        builder.Services.AddRoutingCore();
        // signals are the command's own
        builder.Services.AddSingleton<IHostLifetime, Unattended>();

        var built = builder.Build();
        var predict = new PredictEndpoint(watch, options, metrics);
        built.Use(Guarded);
        built.UseRouting();
        built.MapPost("/predict", context => Measured(context, predict.Handle));
        Get("/model", context => Write(context, ServedModel.Bytes(watch.Current.Describe()), "application/json"));
        Get("/openapi.json", context => Write(context, watch.Current.Document, "application/json"));
        Get("/metrics", context => Write(context, Encoding.UTF8.GetBytes(prometheus.ToString()), PrometheusText.ContentType));
        Get("/health/live", context => Write(context, "alive\n"u8.ToArray(), "text/plain"));
        Get("/health/ready", context => isStopping
            ? Problem.Write(context, 503, "The server is about to stop.")
            : Write(context, "ready\n"u8.ToArray(), "text/plain"));
        Get("/", context => Write(context, Encoding.UTF8.GetBytes(Index), "text/plain"));
        return built;

        void Get(string path, RequestDelegate handler) => built.MapMethods(path, ["GET", "HEAD"], handler);
    }

    async Task Serve(string path, CancellationToken stop)
    {
        await application.StartAsync(CancellationToken.None).ConfigureAwait(false);
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Console.Out.WriteLine(Printable.line($"Serving {path}, {Named(watch.Current.Model)}, at {string.Join(" and ", addresses)}."));

        var following = watch.Follow(Report, stop);
        try
        {
            await following.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            isStopping = true;
        }

        await Drained().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await application.StopAsync(patience.Token).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        Console.Out.WriteLine("Stopped.");
    }

    /// <summary>Waits while requests still come, since those who send them do not know yet.</summary>
    async Task Drained()
    {
        var start = Stopwatch.GetTimestamp();
        var until = start;
        while (Stopwatch.GetElapsedTime(start) < options.Drain && Stopwatch.GetElapsedTime(until) < quiet)
        {
            await Task.Delay(20).ConfigureAwait(false);
            until = Volatile.Read(ref active) > 0 ? Stopwatch.GetTimestamp() : Math.Max(start, Volatile.Read(ref lastRequest));
        }
    }

    void Report(ServedModel model, HybridException? error)
    {
        metrics.Reloaded(error is null);
        if (error is null)
            Console.Out.WriteLine(Printable.line($"Loaded anew: {Named(model.Model)}."));
        else
            Failures.Say($"The changed file is not loaded, and the model before it stays: {error.MessageWith(Flags.With)}");
    }

    static string Named(Model model) => $"{model.TargetName} from {Words.Count(model.Inputs, "column")}";

    /// <summary>Every error has a body, and none says more than its cause.</summary>
    async Task Guarded(HttpContext context, RequestDelegate next)
    {
        Volatile.Write(ref lastRequest, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref active);
        if (isStopping)
            context.Response.Headers.Connection = "close";

        try
        {
            await next(context).ConfigureAwait(false);
            if (context.Response is { HasStarted: false, StatusCode: var status and >= 400, ContentLength: null })
                await Problem.Write(context, status, status == 405
                    ? $"{context.Request.Method} is not for {context.Request.Path}."
                    : $"There is nothing at {context.Request.Path}: see /.").ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref active);
        }
    }

    async Task Measured(HttpContext context, RequestDelegate handler)
    {
        var start = Stopwatch.GetTimestamp();
        metrics.Begin();

        try
        {
            await handler(context).ConfigureAwait(false);
        }
        catch (RequestException error)
        {
            await Problem.Write(context, error.Status, error.Message, error.Rows).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await Problem.Write(context, error.StatusCode, error.StatusCode == 413
                ? $"The body has more than {options.MaxBody} bytes. Send the rows in parts."
                : error.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // whoever asked has gone
            context.Response.StatusCode = 499;
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            Failures.Report(error, ServeCommand.Name);
            await Problem.Write(context, 500, "The server failed, and has said why.").ConfigureAwait(false);
        }
        finally
        {
            metrics.End(context.Response.StatusCode, Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>Waits for nothing, and stops when it is told to.</summary>
    sealed class Unattended : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
