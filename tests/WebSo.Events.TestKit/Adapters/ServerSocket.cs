using System.Globalization;

namespace WebSo.Events;

/// <summary>The server's socket of a connection, as listed by Linux.</summary>
public sealed record ServerSocket(string Inode, bool HasUnreadBytes)
{
    public static ServerSocket? Find(int serverPort, int clientPort)
    {
        foreach (var line in File.ReadLines("/proc/net/tcp").Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (Port(fields[1]) == serverPort && Port(fields[2]) == clientPort)
                return new ServerSocket(fields[9], fields[4].Split(':')[1] != "00000000");
        }

        return null;
    }

    /// <summary>Waits until this process has closed the socket. Linux does not list connections that were reset.</summary>
    public async Task WaitUntilClosedAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        while (new DirectoryInfo("/proc/self/fd").EnumerateFiles().Any(file => file.LinkTarget == $"socket:[{Inode}]"))
            await Task.Delay(50, timeout.Token);
    }

    private static int Port(string address) => int.Parse(address.Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
