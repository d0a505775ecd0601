using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Hybrid.Tests.Support;

/// <summary>Signals to processes that tests start.</summary>
static partial class Signals
{
    const int Hangup = 1, Interrupt = 2;
    const nint Default = 0, Ignore = 1;

    /// <summary>What this process was told to ignore, by nohup or by a script that runs it in the background, its children
    /// would ignore too: they are to hear it.</summary>
    public static void AreHeard()
    {
        if (OperatingSystem.IsWindows())
            return;

        foreach (var signal in (int[])[Hangup, Interrupt])
            if (Set(signal, Default) is var before and not Ignore)
                _ = Set(signal, before);
    }

    /// <summary>Sends one, such as INT.</summary>
    public static void Send(string name, Process process)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Set(int signal, nint handler);
}
