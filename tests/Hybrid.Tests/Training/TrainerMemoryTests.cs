using Xunit;

namespace Hybrid.Tests;

public class TrainerMemoryTests
{
    const int Width = 1_800, Features = 4, Rows = 60;

    /// <summary>Bytes of one number for each parameter.</summary>
    const long Once = sizeof(float) * ((Features + 1L) * Width + (Width + 1L) * Width + (Width + 1L) * 2);

    static readonly TableData Data = Rectangles();

    public static TheoryData<string, int> Optimizers
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var optimizer in Core.OptimizerModule.all)
                rows.Add(optimizer.Name, optimizer.Slots);

            return rows;
        }
    }

    static TableData Rectangles()
    {
        var random = new System.Random(1);
        float[][] features = [.. Enumerable.Range(0, Rows).Select(_ => (float[])[.. Enumerable.Range(0, Features).Select(_ => random.NextSingle())])];
        return TableData.FromArrays(features, [.. features.Select(row => row[0] > row[1] ? "wide" : "high")]);
    }

    /// <summary>What a whole training and the writing of its model allocate, in times one number for each parameter.</summary>
    static double Allocated(string optimizer, double validation, int epochs, string? checkpoint = null)
    {
        var options = new TrainingOptions
        {
            Hidden = [Width, Width],
            Optimizer = optimizer,
            LearningRate = 1e-4,
            Epochs = epochs,
            Patience = epochs,
            BatchSize = 8,
            ValidationFraction = validation,
            TestFraction = 0.2,
            Threads = 1,
            Checkpoint = checkpoint,
            CheckpointInterval = TimeSpan.Zero,
        };
        var before = GC.GetAllocatedBytesForCurrentThread();
        Trainer.Train(Data, options).Model.Save(Stream.Null);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Once;
    }

    /// <summary>Nothing is allocated for each epoch, and what is there beside these numbers is less than half of one for each parameter.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_allocates_weights_gradients_and_what_the_optimizer_keeps(string optimizer, int slots) =>
        Assert.InRange(Allocated(optimizer, 0, 4), 2 + slots, 2.5 + slots);

    [Fact]
    public void Validation_needs_the_best_weights_too() => Assert.InRange(Allocated("adam", 0.2, 4), 5, 5.5);

    [Fact]
    public void Checkpoints_are_written_from_where_the_numbers_are()
    {
        using var folder = new Support.TemporaryFolder();
        // the initial weights, which tell trainings apart, are others than those that change, and so are the best
        Assert.InRange(Allocated("adam", 0.2, 4, folder.File("state")), 6, 6.9);
    }
}
