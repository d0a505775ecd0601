using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Hybrid.Kernels;

/// <summary>Threads that share the parts of successive jobs. They are started by the first job with parts
/// to share, spin briefly for the next one, then sleep, and end if none comes for a second; the next job starts
/// them again: a team that is never disposed holds no threads. They do not keep a process alive.</summary>
/// <remarks>One caller at a time has the team; a second caller meanwhile runs its parts alone.</remarks>
sealed unsafe class Team(int threads) : IDisposable
{
    // How long a worker waits for the next job: waking a sleeping one costs some 50 µs, so it stays awake through the
    // short pieces between two large ones. It soon offers its processor to others.
    static readonly long Spinning = Stopwatch.Frequency * 20 / 1_000_000, Waiting = Stopwatch.Frequency * 200 / 1_000_000;

    // A part that takes this long after the caller has finished its own is on a processor taken by others: the caller then
    // does without the team for a while: for a multiple of the time waited, up to a maximum.
    static readonly long Held = Stopwatch.Frequency * 500 / 1_000_000, Longest = Stopwatch.Frequency / 10;
    const int Abstention = 20;

    // How long a worker sleeps before its thread ends; starting a new one takes some 100 µs.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly Worker[] workers = new Worker[threads - 1];

    // The number of the job in the upper half, its parts not yet taken in the lower: a part is taken by one
    // exchange, and a late worker cannot take a part of the wrong job.
    long ticket;
    int unfinished;
    delegate*<void*, int, void> work;
    void* context;
    Exception? failure;
    long aloneUntil;
    bool started;
    volatile bool disposed;

    public int Threads => threads;

    /// <summary>Calls work(context, part) for every part from 0, and returns when all are done.</summary>
    public void Run(delegate*<void*, int, void> work, void* context, int parts)
    {
        var start = parts < 2 || workers.Length == 0 ? 0 : Stopwatch.GetTimestamp();

        if (parts < 2 || workers.Length == 0 || disposed || start < aloneUntil || !gate.TryEnter())
        {
            for (var part = 0; part < parts; part++)
                work(context, part);

            return;
        }

        try
        {
            Start();
            this.work = work;
            this.context = context;
            unfinished = parts;
            failure = null;
            Interlocked.Exchange(ref ticket, (((ticket >> 32) + 1) << 32) | (uint)parts);

            for (var i = 0; i < workers.Length && i < parts - 1; i++)
                workers[i].Wake();

            while (TryRunPart())
            {
            }

            Wait(start);

            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>Waits for the parts that workers have taken.</summary>
    void Wait(long start)
    {
        if (Volatile.Read(ref unfinished) == 0)
            return;

        var done = Stopwatch.GetTimestamp();
        var wait = new SpinWait();

        // at first in short steps, since ever longer ones miss the end by as much as they have waited
        while (Volatile.Read(ref unfinished) > 0)
            if (Stopwatch.GetTimestamp() - done < Spinning)
                Thread.SpinWait(1);
            else
                wait.SpinOnce(sleep1Threshold: -1);

        var now = Stopwatch.GetTimestamp();

        if (now - done > Math.Max(Held, done - start))
            aloneUntil = now + Math.Min(Longest, Abstention * (now - done));
    }

    /// <summary>Ends the threads. Later jobs run on their caller's thread.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;

            if (started)
                foreach (var worker in workers)
                    worker.Wake();
        }
    }

    void Start()
    {
        if (started)
            return;

        for (var i = 0; i < workers.Length; i++)
            workers[i] = new Worker(this);

        started = true;
    }

    /// <summary>Takes and runs one part, if any is left.</summary>
    bool TryRunPart()
    {
        while (true)
        {
            var seen = Volatile.Read(ref ticket);
            var left = (int)seen;

            if (left == 0)
                return false;

            if (Interlocked.CompareExchange(ref ticket, seen - 1, seen) != seen)
                continue;

            try
            {
                work(context, left - 1);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }

            Interlocked.Decrement(ref unfinished);
            return true;
        }
    }

    sealed class Worker
    {
        readonly Team team;
        volatile bool asleep;

        // whether there is a thread; a worker without one is asleep
        bool running;

        public Worker(Team team)
        {
            this.team = team;
            Start();
        }

        void Start()
        {
            running = true;
            new Thread(Work) { IsBackground = true, Name = "Hybrid.Kernels" }.Start();
        }

        /// <summary>Wakes the worker if it sleeps. The job must have been announced before.</summary>
        public void Wake()
        {
            if (!asleep)
                return;

            lock (this)
            {
                asleep = false;

                if (running)
                    Monitor.Pulse(this);
                else if (!team.disposed)
                    Start();
            }
        }

        void Work()
        {
            var last = Stopwatch.GetTimestamp();

            while (!team.disposed)
            {
                if (team.TryRunPart())
                {
                    last = Stopwatch.GetTimestamp();
                    continue;
                }

                var waited = Stopwatch.GetTimestamp() - last;

                if (waited < Spinning)
                {
                    Thread.SpinWait(1);
                }
                else if (waited < Waiting)
                {
                    Thread.Yield();
                }
                else if (Sleep())
                {
                    last = Stopwatch.GetTimestamp();
                }
                else
                {
                    return;
                }
            }
        }

        // Announces sleep first, then looks once more: either it sees the new job, or the caller sees it asleep. False:
        // none has come for long, and the thread ends, still asleep, so that the next job starts a new one.
        bool Sleep()
        {
            lock (this)
            {
                asleep = true;
                Interlocked.MemoryBarrier();

                while (asleep && (int)Volatile.Read(ref team.ticket) == 0 && !team.disposed)
                    if (!Monitor.Wait(this, Patience) && asleep && (int)Volatile.Read(ref team.ticket) == 0)
                        return running = false;

                asleep = false;
                return true;
            }
        }
    }
}
