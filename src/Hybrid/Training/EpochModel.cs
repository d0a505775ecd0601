namespace Hybrid;

/// <summary>The model after an epoch, made when it is first asked for: before the next step, which changes its weights.</summary>
/// <param name="epoch">The number of the epoch.</param>
/// <param name="make">Makes it.</param>
sealed class EpochModel(int epoch, Func<Model> make)
{
    readonly Lock gate = new();
    Func<Model>? make = make;
    Model? made;

    /// <summary>The model, the same one each time.</summary>
    /// <exception cref="InvalidOperationException">It is asked for too late.</exception>
    public Model Value
    {
        get
        {
            lock (gate)
            {
                made ??= make?.Invoke() ?? throw new InvalidOperationException(
                    $"The weights of epoch {epoch} are no longer there. Ask for the model of an epoch before the next one is requested.");
                // the weights of later epochs need not be kept by it
                make = null;
                return made;
            }
        }
    }

    /// <summary>Called before the weights change.</summary>
    public void Pass()
    {
        lock (gate)
            make = null;
    }
}
