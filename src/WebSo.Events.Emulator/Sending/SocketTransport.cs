using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace WebSo.Events;

// Calls over raw sockets, for what no HttpClient does. As Java's HttpURLConnection: connections are kept alive, and a call on a kept one
// that ends without an answer is made again at once on a new one.
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

    public async Task<int> PostAsync(OutgoingCall call, WebSoFaults faults, CancellationToken cancellationToken)
    {
        var head = WriteHead(call);
        if (faults.HasFlag(WebSoFaults.TornRequest))
        {
            using var torn = await OpenAsync(call.Url, cancellationToken).ConfigureAwait(false);
            await torn.WriteAsync(head, cancellationToken).ConfigureAwait(false);
            await torn.WriteAsync(call.Body.AsMemory(0, call.Body.Length / 2), cancellationToken).ConfigureAwait(false);
            throw new IOException("The connection was closed amid the body: the fault TornRequest.");
        }

        if (faults.HasFlag(WebSoFaults.SilentSecondPost))
        {
            using var unanswered = TakeIdle(call.Url) ?? await OpenAsync(call.Url, cancellationToken).ConfigureAwait(false);
            await unanswered.WriteAsync(Join(head, call.Body), cancellationToken).ConfigureAwait(false);

            // Waited for, so that the receiver surely has the first call, and thrown away.
            await unanswered.ReadAnswerAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!faults.HasFlag(WebSoFaults.SlowRequest) && TakeIdle(call.Url) is { } kept)
        {
            if (await TryPostOnKeptAsync(kept, call, head, faults, cancellationToken).ConfigureAwait(false) is { } status)
                return status;
        }

        var connection = await OpenAsync(call.Url, cancellationToken).ConfigureAwait(false);
        return await TryPostAsync(connection, call, head, faults, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException("The connection was closed without an answer.");
    }

    public void Dispose()
    {
        foreach (var connections in _idle.Values)
        {
            while (connections.TryTake(out var connection))
                connection.Dispose();
        }
    }

    private static Task<SocketConnection> OpenAsync(Uri url, CancellationToken cancellationToken) => SocketConnection.OpenAsync(url, cancellationToken);

    private SocketConnection? TakeIdle(Uri url) =>
        _idle.TryGetValue(url.GetLeftPart(UriPartial.Authority), out var connections) && connections.TryTake(out var connection) ? connection : null;

    // Null: the connection that was kept had ended meanwhile, by a close or a reset, without an answer.
    private async Task<int?> TryPostOnKeptAsync(SocketConnection kept, OutgoingCall call, byte[] head, WebSoFaults faults, CancellationToken cancellationToken)
    {
        try
        {
            return await TryPostAsync(kept, call, head, faults, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Null: the connection ended without an answer.
    private async Task<int?> TryPostAsync(SocketConnection connection, OutgoingCall call, byte[] head, WebSoFaults faults, CancellationToken cancellationToken)
    {
        SocketAnswer? answer = null;
        try
        {
            if (faults.HasFlag(WebSoFaults.SlowRequest))
                await WriteSlowlyAsync(connection, head, call.Body, cancellationToken).ConfigureAwait(false);
            else
                await connection.WriteAsync(Join(head, call.Body), cancellationToken).ConfigureAwait(false);
            answer = await connection.ReadAnswerAsync(cancellationToken).ConfigureAwait(false);
            return answer?.Status;
        }
        finally
        {
            if (answer is { IsReusable: true })
                _idle.GetOrAdd(call.Url.GetLeftPart(UriPartial.Authority), _ => []).Add(connection);
            else
                connection.Dispose();
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

    private byte[] WriteHead(OutgoingCall call) => Encoding.Latin1.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {call.Url.PathAndQuery} HTTP/1.1\r\nHost: {call.Url.Authority}\r\n{_headers}Content-Length: {call.Body.Length}\r\n\r\n"));

    private static bool Has(IReadOnlyList<KeyValuePair<string, string>> headers, string name) =>
        headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static byte[] Join(byte[] head, byte[] body) => [.. head, .. body];
}
