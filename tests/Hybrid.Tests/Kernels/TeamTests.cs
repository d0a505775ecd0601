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
    public void An_exception_reaches_the_caller_and_the_team_goes_on(int threads)
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
}
