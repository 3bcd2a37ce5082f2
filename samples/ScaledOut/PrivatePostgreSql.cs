using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScaledOut;

/// <summary>A PostgreSQL server in a temporary folder for this run. Uses the installed programs.</summary>
internal sealed class PrivatePostgreSql : IAsyncDisposable
{
    private DirectoryInfo? _folder;
    private string? _bin;
    private bool _isRunning;

    private string Data => Path.Combine(_folder!.FullName, "data");

    /// <summary>Starts the server and returns its connection string.</summary>
    public async Task<string> StartAsync()
    {
        _bin = FindBin() ?? throw new InvalidOperationException(
            "PostgreSQL is not installed. Install it (apt-get install postgresql), or set WEBSO_EVENTS_POSTGRES to a connection string, "
            + "for example \"Host=db;Database=webso;Username=webso\".");
        _folder = Directory.CreateTempSubdirectory("webso-scaledout-");
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["postgres", _folder.FullName]);
        await RunAsServerAsync("initdb", ["-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);

        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        await RunAsServerAsync("pg_ctl", ["-D", Data, "-l", Path.Combine(_folder.FullName, "log"), "-w", "-o", $"-p {port} -h 127.0.0.1 -k ''", "start"]);
        _isRunning = true;
        return $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
    }

    public async ValueTask DisposeAsync()
    {
        if (_isRunning)
            await RunAsServerAsync("pg_ctl", ["-D", Data, "-m", "fast", "-w", "stop"]);
        _folder?.Delete(recursive: true);
    }

    private static string? FindBin()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).OrderDescending(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // PostgreSQL refuses to run as root.
    private Task RunAsServerAsync(string program, string[] arguments)
    {
        var path = Path.Combine(_bin!, program);
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        // Ignores Ctrl+C, which only this program handles. Discards the output, because the server would keep an inherited one open.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' INT; exec \"$@\" >/dev/null", "sh", program, .. arguments]) { WorkingDirectory = Path.GetTempPath() };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed. See its output above.");
    }
}
