using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace WebSo.Events.Emulator.Sending;

// Uses sockets, since HttpClient can't behave like HttpURLConnection of Java 17: connections are kept alive, and if one ends without a response or
// is reset within the head, the call is repeated once, immediately, on a new connection (sun.net.http.retryPost).
internal sealed class SocketTransport(
    string? contentType,
    IReadOnlyList<KeyValuePair<string, string>> headers,
    TimeSpan slowRequestDuration,
    TimeProvider timeProvider) : ITransport
{
    private const int Pieces = 10;

    private readonly ConcurrentDictionary<string, ConcurrentBag<SocketConnection>> _idle = new(StringComparer.Ordinal);
    private readonly string _headers = string.Concat(
        headers
            .Concat(contentType is null || Has(headers, "Content-Type") ? [] : [new("Content-Type", contentType)])
            .Select(header => $"{header.Key}: {header.Value}\r\n"));
    private volatile bool _isDisposed;

    public async Task<TransportAnswer> SendAsync(Uri url, byte[]? body, WebSoFaults faults, CancellationToken cancellationToken)
    {
        var head = WriteHead(url, body);
        body ??= [];
        if (faults.HasFlag(WebSoFaults.TornRequest))
        {
            using var torn = await OpenAsync(url, cancellationToken).ConfigureAwait(false);
            await torn.WriteAsync(head, cancellationToken).ConfigureAwait(false);
            await torn.WriteAsync(body.AsMemory(0, body.Length / 2), cancellationToken).ConfigureAwait(false);
            throw new IOException("The connection was closed within the body (fault TornRequest).");
        }

        var connection = TakeIdle(url) ?? await OpenAsync(url, cancellationToken).ConfigureAwait(false);
        if (faults.HasFlag(WebSoFaults.SilentSecondPost))
        {
            using var unanswered = connection;
            await unanswered.WriteAsync(Join(head, body), cancellationToken).ConfigureAwait(false);

            // Reads the response, so that the receiver has handled the first call, and ignores it.
            await unanswered.ReadAnswerAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (await TryFirstAsync(connection, url, head, body, faults, cancellationToken).ConfigureAwait(false) is { WasReset: false } first)
        {
            return new TransportAnswer(first.Status, first.Location);
        }

        connection = await OpenAsync(url, cancellationToken).ConfigureAwait(false);
        var answer = await TryAsync(connection, url, head, body, faults, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException("The connection was closed without an answer.");
        return new TransportAnswer(answer.Status, answer.Location);
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var connections in _idle.Values)
        {
            while (connections.TryTake(out var connection))
                connection.Dispose();
        }
    }

    private static Task<SocketConnection> OpenAsync(Uri url, CancellationToken cancellationToken) => SocketConnection.OpenAsync(url, cancellationToken);

    private SocketConnection? TakeIdle(Uri url) =>
        _idle.TryGetValue(url.GetLeftPart(UriPartial.Authority), out var connections) && connections.TryTake(out var connection) ? connection : null;

    // Returns null if the connection ended without a response, by a close or a reset.
    private async Task<SocketAnswer?> TryFirstAsync(
        SocketConnection connection, Uri url, byte[] head, byte[] body, WebSoFaults faults, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(connection, url, head, body, faults, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Returns null if the connection was closed without a response.
    private async Task<SocketAnswer?> TryAsync(
        SocketConnection connection, Uri url, byte[] head, byte[] body, WebSoFaults faults, CancellationToken cancellationToken)
    {
        SocketAnswer? answer = null;
        try
        {
            if (faults.HasFlag(WebSoFaults.SlowRequest))
                await WriteSlowlyAsync(connection, head, body, cancellationToken).ConfigureAwait(false);
            else
                await connection.WriteAsync(Join(head, body), cancellationToken).ConfigureAwait(false);
            answer = await connection.ReadAnswerAsync(cancellationToken).ConfigureAwait(false);
            return answer;
        }
        finally
        {
            if (answer is { IsReusable: true })
                _idle.GetOrAdd(url.GetLeftPart(UriPartial.Authority), _ => []).Add(connection);
            else
                connection.Dispose();

            // The transport can be disposed while a response arrives.
            if (_isDisposed)
                Dispose();
        }
    }

    private async Task WriteSlowlyAsync(SocketConnection connection, byte[] head, byte[] body, CancellationToken cancellationToken)
    {
        await connection.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        for (var piece = 0; piece < Pieces; piece++)
        {
            await Task.Delay(slowRequestDuration / Pieces, timeProvider, cancellationToken).ConfigureAwait(false);
            await connection.WriteAsync(body.AsMemory()[(body.Length * piece / Pieces)..(body.Length * (piece + 1) / Pieces)], cancellationToken).ConfigureAwait(false);
        }
    }

    private byte[] WriteHead(Uri url, byte[]? body) => Encoding.Latin1.GetBytes(body is null
        ? $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n{_headers}Content-Length: {body.Length}\r\n\r\n"));

    private static bool Has(IReadOnlyList<KeyValuePair<string, string>> headers, string name) =>
        headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static byte[] Join(byte[] head, byte[] body) => [.. head, .. body];
}
