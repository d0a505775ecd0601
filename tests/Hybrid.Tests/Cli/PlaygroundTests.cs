using System.Net;
using Hybrid.Cli;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid playground: a folder of files, for this machine only.</summary>
public sealed class PlaygroundTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly CancellationTokenSource stop = new();
    readonly HttpClient client = new();

    public void Dispose()
    {
        stop.Dispose();
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Only_files_of_the_folder_are_served_and_only_for_reading()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "page"));
        File.WriteAllText(Path.Combine(folder.Path, "index.html"), "<!doctype html>");
        File.WriteAllText(Path.Combine(folder.Path, "page", "main.js"), "let a = 1;");
        File.WriteAllText(Path.Combine(folder.Path, "page", "main.js.br"), "compressed");
        using var files = new LoopbackFiles(folder.Path, 0);
        var serving = Task.Run(() => files.Serve(stop.Token));

        Assert.StartsWith("http://127.0.0.1:", files.Address, StringComparison.Ordinal);
        Assert.Equal("<!doctype html>", await client.GetStringAsync(files.Address));
        using var script = await client.GetAsync(files.Address + "page/main.js");
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        Assert.Equal("let a = 1;", await script.Content.ReadAsStringAsync());

        using var compressed = new HttpRequestMessage(HttpMethod.Get, files.Address + "page/main.js");
        compressed.Headers.AcceptEncoding.ParseAdd("br");
        using var smaller = await client.SendAsync(compressed);
        Assert.Equal("br", Assert.Single(smaller.Content.Headers.ContentEncoding));

        File.WriteAllText(Path.Combine(folder.Path, "later.txt"), "not served");
        foreach (var path in new[] { "later.txt", "page", "page/..%2f..%2fetc/passwd", "%2e%2e/passwd", "/etc/passwd" })
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(files.Address + path)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.PostAsync(files.Address, null)).StatusCode);

        await stop.CancelAsync();
        await serving.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("moons", "#train+moons")]
    [InlineData("data/my houses.csv", "#train+%27my%20houses.csv%27")]
    [InlineData("it's.csv", "#train+%27it%27%5C%27%27s.csv%27")]
    public void The_address_holds_the_words_of_a_command(string data, string fragment) =>
        Assert.Equal(fragment, PlaygroundCommand.Fragment(data));

    [Fact]
    public void A_page_that_is_not_published_says_how_to_publish_it()
    {
        using var command = new HybridCommand();
        command.Fail(1, ["there is no index.html in this folder"], "playground", "--folder", folder.Path);
    }
}
