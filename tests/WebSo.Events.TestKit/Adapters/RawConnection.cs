using System.Net.Sockets;
using System.Text;

namespace WebSo.Events;

/// <summary>A client that sends exactly the bytes of a test.</summary>
public sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    public static async Task<RawConnection> OpenAsync(Uri url)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port);
        return new RawConnection(client);
    }

    public static string Head(Uri url, string headers) => $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n{headers}\r\n";

    public Task SendAsync(string text) => _stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>Reads the response headers. Returns an empty string if the connection was closed without a response.</summary>
    public async Task<string> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        try
        {
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)
                && await _stream.ReadAsync(buffer, cancellationToken) > 0)
            {
                head.Append((char)buffer[0]);
            }
        }
        catch (IOException)
        {
            // The connection was reset, so there is no response.
        }

        return head.ToString();
    }

    /// <summary>Reads until the other side closes or resets the connection.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[1024];
        try
        {
            while (await _stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // A reset also ends the connection.
        }

        return text.ToString();
    }

    /// <summary>Sends until the other side closes the connection or stops reading for the given time, or the maximum is reached.</summary>
    /// <returns>The number of bytes that were sent.</returns>
    public async Task<long> SendUntilRefusedAsync(long maxBytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        var block = new string(' ', 64 * 1024);
        long sent = 0;
        try
        {
            while (sent < maxBytes)
            {
                await SendAsync(block).WaitAsync(patience, cancellationToken);
                sent += block.Length;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException)
        {
            // The connection was closed, or the other side has stopped reading.
        }

        return sent;
    }

    /// <summary>Ends sending. The response can still be read.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection like a crashed sender. Closing the TcpClient would close it gracefully.</summary>
    public void Reset() => _client.Client.Close(0);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
