using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace WebSo.Events.Emulator.Sending;

// A connection with as much HTTP/1.1 as a call needs.
internal sealed class SocketConnection : IDisposable
{
    private const int MaxHead = 64 * 1024;
    private const int MaxBody = 64 * 1024;

    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private bool _isClosed;

    private SocketConnection(TcpClient client, Stream stream) => (_client, _stream) = (client, stream);

    public static async Task<SocketConnection> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(url.DnsSafeHost, url.Port, cancellationToken).ConfigureAwait(false);
            Stream stream = client.GetStream();
            if (url.Scheme == Uri.UriSchemeHttps)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.IdnHost }, cancellationToken).ConfigureAwait(false);
            }

            return new SocketConnection(client, stream);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // Reads like HttpURLConnection of Java 17. Returns null if the connection was closed before a response began. A close within the head ends the
    // head. After a reset within the head, the response is what was read, and the first call is repeated.
    public async Task<SocketAnswer?> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        while (await BeginsAsync(cancellationToken).ConfigureAwait(false))
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            var status = ParseStatus(line);

            // A reset here throws, because a status line alone is not a response.
            if (_start == _end)
                await FillAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var answer = await ReadHeadAsync(status, line.StartsWith("HTTP/1.0", StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
                if (status != 100)
                    return answer;
            }
            catch (IOException)
            {
                return new SocketAnswer(status, Location: null, IsReusable: false) { WasReset = true };
            }
        }

        return null;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private static int ParseStatus(string line)
    {
        var parts = line.Split(' ', 3);
        if (parts.Length < 2
            || !parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new InvalidDataException("The answer is not HTTP/1.");
        }

        return status;
    }

    private static (string Name, string Value) Split(string header)
    {
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (header, "") : (header[..colon].Trim(), header[(colon + 1)..].Trim());
    }

    private async Task<SocketAnswer> ReadHeadAsync(int status, bool closes, CancellationToken cancellationToken)
    {
        long? length = status is 204 or 304 ? 0 : null;
        string? location = null;
        while (await ReadLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } header)
        {
            var (name, value) = Split(header);
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
                length ??= parsed;
            if (name.Equals("Location", StringComparison.OrdinalIgnoreCase))
                location = value;
            closes |= name.Equals("Connection", StringComparison.OrdinalIgnoreCase) && value.Contains("close", StringComparison.OrdinalIgnoreCase);
        }

        var isReusable = !closes && !_isClosed && length <= MaxBody && await TrySkipAsync((int)length, cancellationToken).ConfigureAwait(false);
        return new SocketAnswer(status, location, isReusable);
    }

    // Whether the bytes are the beginning of something that Java takes for a response.
    private async Task<bool> BeginsAsync(CancellationToken cancellationToken)
    {
        const int Begin = 8;
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < Begin && !_isClosed)
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += read;
            _isClosed = read == 0;
        }

        return _end >= Begin || _buffer.AsSpan(0, _end).StartsWith("HTTP/1."u8);
    }

    // Reads to the end of the line or of the connection.
    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < MaxHead)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
                return line.ToString();

            var c = (char)_buffer[_start++];
            if (c == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(c);
        }

        throw new InvalidDataException($"The answer has a line of more than {MaxHead} bytes.");
    }

    // A body that ends early does not change the result.
    private async Task<bool> TrySkipAsync(int length, CancellationToken cancellationToken)
    {
        try
        {
            while (length > 0)
            {
                if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
                    return false;

                var skipped = Math.Min(length, _end - _start);
                _start += skipped;
                length -= skipped;
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await _stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        _isClosed = _end == 0;
        return !_isClosed;
    }
}
