using System.Diagnostics;
using Npgsql;

namespace Hybrid.Tests.Support;

/// <summary>A PostgreSQL server of its own in a temporary folder, reached by a socket there. Debian's package postgresql has it.</summary>
sealed class PostgresServer : IDisposable
{
    const string Programs = "/usr/lib/postgresql";

    readonly string programs, folder;

    public PostgresServer()
    {
        programs = Directory.Exists(Programs)
            ? Directory.GetDirectories(Programs).Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb"))) ?? ""
            : "";
        if (programs == "")
            throw new InvalidOperationException("PostgreSQL is not installed, and this test needs its server: apt-get install postgresql");

        folder = Run("mktemp", "-d", "/tmp/hybrid-postgres-XXXXXX").Trim();
        Run(Path.Combine(programs, "initdb"), "-D", Path.Combine(folder, "data"), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8");
        Run(
            Path.Combine(programs, "pg_ctl"), "-D", Path.Combine(folder, "data"), "-l", Path.Combine(folder, "log"), "-w",
            "-o", $"-k {folder} -c listen_addresses= -c fsync=off", "start");
    }

    public NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection($"Host={folder};Username=postgres;Database=postgres;Pooling=false");
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        Run(Path.Combine(programs, "pg_ctl"), "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop");
        Run("rm", "-rf", folder);
    }

    /// <summary>Its programs refuse to be run by root.</summary>
    static string Run(string program, params string[] arguments)
    {
        string[] line = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            // a server that stays would keep the pipes open
            RedirectStandardOutput = program == "mktemp",
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var output = start.RedirectStandardOutput ? process.StandardOutput.ReadToEnd() : "";
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed with {process.ExitCode}.");
    }
}
