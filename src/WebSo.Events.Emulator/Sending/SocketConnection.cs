using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace WebSo.Events;

// One connection that speaks as much HTTP/1.1 as a call needs.
internal sealed class SocketConnection : IDisposable
{
    private const int MaxHead = 64 * 1024;
    private const int MaxBody = 64 * 1024;

    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

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

    // Null: the connection ended before the first byte of an answer.
    public async Task<SocketAnswer?> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await ReadLineAsync(mayEnd: true, cancellationToken).ConfigureAwait(false);
            if (line is null)
                return null;

            var status = ParseStatus(line);
            long? length = null;
            string? location = null;
            var closes = line.StartsWith("HTTP/1.0", StringComparison.Ordinal);
            while (await ReadLineAsync(mayEnd: false, cancellationToken).ConfigureAwait(false) is { Length: > 0 } header)
            {
                var (name, value) = Split(header);
                if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
                    length = parsed;
                if (name.Equals("Location", StringComparison.OrdinalIgnoreCase))
                    location = value;
                closes |= name.Equals("Connection", StringComparison.OrdinalIgnoreCase) && value.Contains("close", StringComparison.OrdinalIgnoreCase);
            }

            // 100 Continue and its like are no answer.
            if (status < 200)
                continue;

            if (status is 204 or 304)
                length = 0;
            var isReusable = !closes && length <= MaxBody && await SkipAsync((int)length, cancellationToken).ConfigureAwait(false);
            return new SocketAnswer(status, location, isReusable);
        }
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
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            || status is < 100 or > 999)
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

    private async Task<string?> ReadLineAsync(bool mayEnd, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < MaxHead)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
                return mayEnd && line.Length == 0 ? null : throw new IOException("The connection ended amid the answer.");

            var c = (char)_buffer[_start++];
            if (c == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(c);
        }

        throw new InvalidDataException($"The answer has a line of more than {MaxHead} bytes.");
    }

    private async Task<bool> SkipAsync(int length, CancellationToken cancellationToken)
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

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await _stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }
}
