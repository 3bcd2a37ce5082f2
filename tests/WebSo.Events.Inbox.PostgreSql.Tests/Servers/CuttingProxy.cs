using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A proxy between a store and the server that can cut connections.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly StringBuilder _sent = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private int _commitsToCut;

    public CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The number of connections that were cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Called before a connection is cut.</summary>
    public Action? OnCut { get; set; }

    /// <summary>All bytes that clients have sent, as Latin-1.</summary>
    public string Sent
    {
        get
        {
            lock (_sent)
                return _sent.ToString();
        }
    }

    /// <summary>
    /// Drops the reply to the next commit and cuts its connection, so that the client does not know that it was committed.
    /// </summary>
    public void CutNextCommit(int afterOthers = 0) => Volatile.Write(ref _commitsToCut, afterOthers + 1);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort, _ended.Token);
            await Task.WhenAny(
                CopyAsync(client.GetStream(), server.GetStream(), isOfClient: true),
                CopyAsync(server.GetStream(), client.GetStream(), isOfClient: false));
            client.Client.Close(0);
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isOfClient)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _ended.Token) is var count and > 0)
            {
                if (isOfClient)
                    Record(buffer.AsSpan(0, count));
                else if (ShouldCut(buffer.AsSpan(0, count)))
                    return;
                await to.WriteAsync(buffer.AsMemory(0, count), _ended.Token);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the server closed the connection.
        }
    }

    private bool ShouldCut(ReadOnlySpan<byte> answer)
    {
        if (answer.IndexOf("COMMIT\0"u8) < 0 || Volatile.Read(ref _commitsToCut) == 0 || Interlocked.Decrement(ref _commitsToCut) > 0)
            return false;

        Cuts++;
        OnCut?.Invoke();
        return true;
    }

    private void Record(ReadOnlySpan<byte> bytes)
    {
        lock (_sent)
            _sent.Append(Encoding.Latin1.GetString(bytes));
    }
}
