using System.Net;
using System.Net.Sockets;

namespace Hybrid.Cli;

/// <summary>Serves the files of a folder to browsers on this machine: only GET and HEAD, and only files that were there at the
/// start.</summary>
sealed class LoopbackFiles : IDisposable
{
    const string Compressed = ".br";

    readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    readonly HttpListener listener = new();

    /// <param name="folder">The folder, with index.html.</param>
    /// <param name="port">0 for a free one.</param>
    /// <exception cref="HybridException">There is no page in the folder, or the port is taken.</exception>
    public LoopbackFiles(string folder, int port)
    {
        if (!File.Exists(Path.Combine(folder, "index.html")))
            throw new HybridException($"{folder}: there is no index.html in this folder.");

        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            Add(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), file);
        Add("", Path.Combine(folder, "index.html"));

        Address = $"http://127.0.0.1:{(port == 0 ? Free() : port)}/";
        listener.Prefixes.Add(Address);
        try
        {
            listener.Start();
        }
        catch (HttpListenerException error)
        {
            throw new HybridException(
                $"{Address} cannot be served ({error.Message.TrimEnd('.')}). Choose a different --port.", error);
        }
    }

    public string Address { get; }

    /// <summary>Serves one more file.</summary>
    public void Add(string path, string file) => files[path] = file;

    /// <summary>Answers requests until it is cancelled.</summary>
    public void Serve(CancellationToken cancellation)
    {
        using var stops = cancellation.Register(listener.Stop);
        while (!cancellation.IsCancellationRequested)
            try
            {
                Answer(listener.GetContext());
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException)
            {
                // the browser went away, or this ends
            }
    }

    void Answer(HttpListenerContext context)
    {
        using var response = context.Response;
        var path = Uri.UnescapeDataString(context.Request.Url?.AbsolutePath.TrimStart('/') ?? "");
        response.Headers["X-Content-Type-Options"] = "nosniff";
        response.Headers["Cache-Control"] = "no-cache";
        response.Headers["Content-Security-Policy"] =
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:";

        if (context.Request.HttpMethod is not ("GET" or "HEAD"))
        {
            response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            response.Headers["Allow"] = "GET, HEAD";
            return;
        }

        if (!files.TryGetValue(path, out var file))
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }

        response.ContentType = TypeOf(file);
        if (context.Request.Headers["Accept-Encoding"]?.Contains("br", StringComparison.Ordinal) == true
            && files.TryGetValue(path + Compressed, out var compressed))
        {
            response.Headers["Content-Encoding"] = "br";
            file = compressed;
        }

        using var content = File.OpenRead(file);
        response.ContentLength64 = content.Length;
        if (context.Request.HttpMethod == "GET")
            content.CopyTo(response.OutputStream);
    }

    static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".csv" => "text/csv; charset=utf-8",
        ".json" => "application/json",
        ".wasm" => "application/wasm",
        _ => "application/octet-stream",
    };

    /// <summary>A port that nothing listens on.</summary>
    static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose() => listener.Close();
}
