using Xunit;

namespace Hybrid.Tests.Hostile;

public sealed class FuzzTests
{
    [Fact]
    public void An_error_of_the_mutator_names_the_seed()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => Fuzz.Run(3, _ => 0, random => throw new FormatException($"{random.Next()}")));
        Assert.Contains("HYBRID_FUZZ_SEED=", error.Message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(error.InnerException);
    }

    [Fact]
    public void A_file_being_read_has_its_seed_and_path_recorded()
    {
        var notes = Path.Combine(Path.GetTempPath(), "hybrid-fuzz");
        Fuzz.Run(1, _ => 1 << 20, random => new FuzzCase("a", [1], path =>
        {
            var note = File.ReadAllText(Path.Combine(notes, $"running-{nameof(FuzzTests)}-{Environment.ProcessId}"));
            Assert.Matches("HYBRID_FUZZ=1 HYBRID_FUZZ_SEED=-?[0-9]+ repeats this: ", note);
            Assert.Contains(Path.GetDirectoryName(path)!, note, StringComparison.Ordinal);
        }));
        Assert.Empty(Directory.GetFiles(notes, $"running-{nameof(FuzzTests)}-{Environment.ProcessId}"));
    }

    /// <summary>Messages in which changes leave fields without bytes, again and again.</summary>
    [Fact]
    public void Every_message_can_be_changed_after_any_other_change()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            byte[] message = [0x08, 0x01, 0x12, 0x02, 0x08, 0x01, 0x12, 0x00];
            for (var i = 0; i < 5 && WireField.Read(message) is { Count: > 0 } && message.Length < 10_000; i++)
                message = new HostileWire(new System.Random(seed + i)).Draw(message);
        }
    }
}
