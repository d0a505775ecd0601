using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

public unsafe class TeamTests
{
    static void Count(void* context, int part) => Interlocked.Increment(ref ((int*)context)[part]);

    static void Fail(void* context, int part)
    {
        Count(context, part);

        if (part == 3)
            throw new InvalidTimeZoneException();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_is_done_once(int threads)
    {
        using var team = new Team(threads);
        var counts = stackalloc int[7];

        for (var job = 1; job <= 3000; job++)
        {
            // Some jobs come after the workers have gone to sleep.
            if (job % 1000 == 0)
                Thread.Sleep(20);

            team.Run(&Count, counts, 7);

            for (var part = 0; part < 7; part++)
                Assert.Equal(job, counts[part]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_reaches_the_caller_and_the_team_continues(int threads)
    {
        using var team = new Team(threads);
        var counts = stackalloc int[7];
        var address = (nint)counts;

        for (var job = 0; job < 20; job++)
            Assert.Throws<InvalidTimeZoneException>(() => team.Run(&Fail, (void*)address, 7));

        new Span<int>(counts, 7).Clear();
        team.Run(&Count, counts, 7);
        Assert.All(new Span<int>(counts, 7).ToArray(), count => Assert.Equal(1, count));
    }

    /// <summary>The threads of teams in this process, by the name that they have in the system.</summary>
    static int Threads() => Directory.GetDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("Hybrid.Kernels", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // it has ended meanwhile
            return false;
        }
    });

    static void Await(Func<bool> condition)
    {
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); !condition() && clock.Elapsed < TimeSpan.FromSeconds(30);)
            Thread.Sleep(50);

        Assert.True(condition());
    }

    [Fact]
    public void A_team_that_is_never_disposed_holds_no_threads_and_still_works()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // more than any other test has at the same time
        const int threads = 200;
        var team = new Team(threads);
        var counts = stackalloc int[threads];

        for (var job = 1; job <= 2; job++)
        {
            team.Run(&Count, counts, threads);
            Assert.All(new Span<int>(counts, threads).ToArray(), count => Assert.Equal(job, count));
            Await(() => Threads() < threads / 2);
        }
    }

    [Fact]
    public void Unfinished_trainings_leak_no_threads()
    {
        if (!OperatingSystem.IsLinux())
            return;

        const int runs = 20, threads = 10;
        List<object> left = [];

        for (var run = 0; run < runs; run++)
        {
            var epochs = Trainer.Start(TableData.Load("digits"), new() { Hidden = [256], Threads = threads, Epochs = 50 })
                .Epochs().GetEnumerator();
            Assert.True(epochs.MoveNext());
            // still referred to, and never asked again
            left.Add(epochs);
        }

        Await(() => Threads() < runs * (threads - 1) / 2);
        GC.KeepAlive(left);
    }
}
