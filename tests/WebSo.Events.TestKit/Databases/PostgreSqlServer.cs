using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Xunit;

namespace WebSo.Events;

/// <summary>A private PostgreSQL server on a free port, or the one in WEBSO_TEST_POSTGRES. Without either, the tests are skipped.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    /// <summary>A role that needs a password. Other roles need none.</summary>
    public const string PasswordRole = "webso_with_password";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "webso-postgres-" + Guid.NewGuid().ToString("N"));
    private string? _connectionString;
    private string? _bin;
    private NpgsqlDataSource? _dataSource;
    private int _port;

    public static bool IsInstalled => FindBin() is not null;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    private string CommandLog => Path.Combine(_folder, "commands.log");

    public int MaxConnections { get; init; } = 200;

    public int Port => _port;

    public bool CanRestart => _bin is not null;

    public string ConnectionString
    {
        get
        {
            Assert.SkipWhen(_connectionString is null, "PostgreSQL is not installed: no initdb below /usr/lib/postgresql/*/bin or in PATH, and WEBSO_TEST_POSTGRES is not set.");
            return _connectionString!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _connectionString = Environment.GetEnvironmentVariable("WEBSO_TEST_POSTGRES");
        if (!string.IsNullOrEmpty(_connectionString) || FindBin() is not { } bin)
            return;

        _bin = bin;
        _port = Loopback.FreePort();
        Directory.CreateDirectory(_folder);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["postgres", _folder]);
        var data = Path.Combine(_folder, "data");
        await RunAsServerAsync("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        await File.WriteAllTextAsync(Path.Combine(data, "pg_hba.conf"), $"host all {PasswordRole} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n");
        await StartAsync();
        _connectionString = $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Maximum Pool Size=20";
    }

    public Task StartAsync() => RunAsServerAsync("pg_ctl",
    [
        "-D", Path.Combine(_folder, "data"), "-w", "-t", "30", "-l", Path.Combine(_folder, "log"),
        "-o", string.Create(CultureInfo.InvariantCulture, $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections={MaxConnections}"),
        "start",
    ]);

    // 'fast' is like a restart of the service (SIGINT), 'immediate' is like a crash.
    public Task StopAsync(string mode = "immediate")
    {
        _dataSource?.Clear();
        return RunAsServerAsync("pg_ctl", ["-D", Path.Combine(_folder, "data"), "-w", "-t", "30", "-m", mode, "stop"]);
    }

    public Task<string> ReadLogAsync() => File.ReadAllTextAsync(Path.Combine(_folder, "log"), Token);

    public string ConnectionTo(int port) => new NpgsqlConnectionStringBuilder(ConnectionString) { Port = port }.ConnectionString;

    public async Task ExecuteAsync(string sql)
    {
        await using var command = CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_dataSource is not null)
            await _dataSource.DisposeAsync();
        if (_bin is null)
            return;

        NpgsqlConnection.ClearAllPools();
        if (_connectionString is not null)
            await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private NpgsqlCommand CreateCommand(string sql)
    {
        var command = (_dataSource ??= NpgsqlDataSource.Create(ConnectionString)).CreateCommand(sql);
        command.CommandTimeout = 300;
        return command;
    }

    private static string? FindBin()
    {
        var folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(version => version, StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            : [];
        return folders
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    // PostgreSQL refuses to run as root.
    private Task RunAsServerAsync(string program, string[] arguments)
    {
        var path = Path.Combine(_bin!, program);
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private async Task RunAsync(string program, string[] arguments)
    {
        // Output is not redirected, because the server would inherit the pipe and keep it open.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Path.GetTempPath() };
        foreach (var argument in (string[])["-c", $"exec \"$@\" >>\"{CommandLog}\" 2>&1", "sh", program, .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {await File.ReadAllTextAsync(CommandLog, CancellationToken.None)}");
    }
}
