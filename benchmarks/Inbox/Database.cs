using System.Globalization;
using Npgsql;

namespace InboxBenchmark;

// Creates databases for the receivers, and measures the processor time of PostgreSQL.
internal sealed class Database(string connectionString)
{
    // The duration of a clock tick in /proc. sysconf(_SC_CLK_TCK) is 100 on all systems that .NET supports.
    private const double MicrosecondsPerTick = 10_000;

    private string _server = "";

    public string Create(string name)
    {
        Execute($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }

    public long ReadBytes(string name) => (long)Execute($"CHECKPOINT; SELECT pg_database_size('{name}')")!;

    // Includes all sessions of the server, also those that have ended.
    public double ReadProcessorMicroseconds()
    {
        if (_server.Length == 0)
            _server = File.ReadLines(Path.Combine((string)Execute("SHOW data_directory")!, "postmaster.pid")).First().Trim();
        var ticks = 0L;
        foreach (var process in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            // After the name: state and parent. From the 12th value: user and system time of the process and of its children that have ended.
            if (TryRead(Path.Combine(process, "stat")) is not { } stat)
                continue;
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var isServer = Path.GetFileName(process) == _server;
            if (isServer || fields[1] == _server)
                ticks += fields[11..(isServer ? 15 : 13)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        }

        return ticks * MicrosecondsPerTick;
    }

    private object? Execute(string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        object? result = null;
        foreach (var statement in sql.Split(';'))
        {
            using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            result = command.ExecuteScalar();
        }

        return result;
    }

    // Returns null if the process has ended.
    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
