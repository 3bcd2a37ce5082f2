using System.Globalization;

namespace WebSo.Events;

/// <summary>The open sockets of the servers in this process. Works only on Linux; on other systems, the list is empty.</summary>
public static class ServerSockets
{
    private const string Listening = "0A";

    /// <summary>
    /// The connections at the given local ports, and the sockets that Linux does not list because their connection was reset and the process has
    /// not closed them.
    /// </summary>
    public static int Count(IEnumerable<int> ports)
    {
        if (!OperatingSystem.IsLinux())
            return 0;

        var servers = ports.ToHashSet();
        var tcp = TcpSockets();
        var others = OtherSockets();
        return Descriptors().Count(inode => tcp.TryGetValue(inode, out var socket)
            ? socket.State != Listening && servers.Contains(socket.Port)
            : !others.Contains(inode));
    }

    /// <summary>Waits until there are no more sockets than before. The system does not report when it closes one.</summary>
    public static async Task WaitForAsync(int count, IEnumerable<int> ports, TimeSpan patience, CancellationToken cancellationToken)
    {
        var servers = ports.ToList();
        var end = DateTime.UtcNow + patience;
        while (Count(servers) is var left && left > count)
        {
            if (DateTime.UtcNow > end)
                throw new TimeoutException($"{left} sockets are still open, {count} were before.");
            await Task.Delay(50, cancellationToken);
        }
    }

    private static IEnumerable<string> Descriptors()
    {
        foreach (var descriptor in new DirectoryInfo("/proc/self/fd").EnumerateFiles())
        {
            // The socket was closed in the meantime.
            if (descriptor.LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                yield return target["socket:[".Length..^1];
        }
    }

    private static Dictionary<string, (int Port, string State)> TcpSockets()
    {
        var sockets = new Dictionary<string, (int, string)>();
        foreach (var fields in Fields("/proc/self/net/tcp").Concat(Fields("/proc/self/net/tcp6")))
        {
            var port = int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            sockets[fields[9]] = (port, fields[3]);
        }

        return sockets;
    }

    private static HashSet<string> OtherSockets() =>
    [
        .. Fields("/proc/self/net/unix").Select(fields => fields[6]),
        .. Fields("/proc/self/net/udp").Concat(Fields("/proc/self/net/udp6")).Select(fields => fields[9]),
        .. Fields("/proc/self/net/netlink").Select(fields => fields[9]),
    ];

    private static IEnumerable<string[]> Fields(string table) => File.Exists(table)
        ? File.ReadLines(table).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        : [];
}
