using System.Net.Sockets;
using System.Text;

namespace WebSo.Events.EndToEnd.Samples;

/// <summary>A call on its own connection with which a client disturbs a listener.</summary>
internal sealed record BadCall(string Name, string Text)
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n";

    public static IReadOnlyList<BadCall> AllOf(Uri url) =>
    [
        Of("refused, unfinished", url, "Content-Length: 100\r\n", "{"),
        Of("refused, unfinished chunk", url, Chunked, "64\r\n{"),
        Of("refused, broken chunk", url, Chunked, "zz\r\n{"),
        Of("unfinished", url, KeyAnd("Content-Length: 100\r\n"), "{"),
        Of("unfinished chunk", url, KeyAnd(Chunked), "64\r\n{"),
        Of("broken chunk", url, KeyAnd(Chunked), "zz\r\n{"),
        Of("empty", url, KeyAnd("Content-Length: 0\r\n"), ""),
        Of("complete", url, KeyAnd($"Content-Length: {Payloads.UserFinish.Length}\r\n"), Payloads.UserFinish),
        Of("no length", url, "", ""),
        Of("unknown transfer encoding", url, "Transfer-Encoding: gzip\r\n", ""),
        new("unfinished head", "POST / HTTP/1.1\r\nHost"),
        new("no HTTP", "\r\nhello\r\n\r\n"),
    ];

    /// <summary>Whether the receiver refuses the call before it reads the body.</summary>
    public bool IsRefused => Name.StartsWith("refused", StringComparison.Ordinal);

    /// <summary>Sends the call, waits for an answer if one is expected, and ends the connection.</summary>
    public async Task SendAsync(Uri url, BadEnd end, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Text), cancellationToken);
        if (end == BadEnd.ResetAtOnce)
        {
            client.Client.Close(0);
            return;
        }

        // The rest of the call is never sent.
        if (end != BadEnd.Stay)
            client.Client.Shutdown(SocketShutdown.Send);
        try
        {
            var answer = new byte[1000];
            while (await stream.ReadAsync(answer, cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellationToken) > 0 && end == BadEnd.Stay)
            {
            }
        }
        catch (IOException)
        {
            // The server reset the connection.
        }

        if (end == BadEnd.ResetAfterAnswer)
            client.Client.Close(0);
    }

    private static string KeyAnd(string headers) => $"X-Webso-Key: {SampleClient.Key}\r\n{headers}";

    private static BadCall Of(string name, Uri url, string headers, string body) => new(name, RawConnection.Head(url, headers) + body);
}
