using System.Runtime.InteropServices;

namespace Hybrid.Cli;

/// <summary>Ctrl-C, the polite request to end and a terminal that has gone: the first one asks the work to stop, the second one
/// kills. What is ignored stays so, as under nohup and for what a script starts in the background.</summary>
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

    /// <summary>Work that leaves nothing to save and need not ask whether to stop: it is left behind, for the process ends.</summary>
    /// <exception cref="OperationCanceledException">It was to stop before it was done.</exception>
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
