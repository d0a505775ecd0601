using System.Runtime.InteropServices;

namespace Hybrid.Cli;

/// <summary>Ctrl-C, SIGTERM and a closed terminal: the first asks the work to stop, the second
/// kills. A signal that is ignored stays ignored, as under nohup and for background jobs of a script.</summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    public CancellationToken Token => source.Token;

    /// <summary>Work with nothing to save, which need not poll for cancellation: it is abandoned, as the process ends.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted before it was done.</exception>
    public T Abandonable<T>(Func<T> work) =>
        System.Threading.Tasks.Task.Run(work, CancellationToken.None).WaitAsync(Token).GetAwaiter().GetResult();

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();

        source.Dispose();
    }

    void Handle(PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
