using System.Buffers;
using System.Net;

namespace WebSo.Events;

internal sealed class ListenerRequest(HttpListenerRequest request) : WebSoRequest, IDisposable
{
    private const int BufferSize = 4096;

    // HttpListener can't cancel a read, so an abandoned one may fill its buffer later: that buffer is ours, and is not given back.
    private byte[]? _buffer;
    private readonly ListenerConnection _connection = new(request);
    private long _received;
    private bool _isEnded = !request.HasEntityBody;

    public override string Method => request.HttpMethod;

    public override string Path => Uri.UnescapeDataString(request.Url!.AbsolutePath);

    // As it was sent: Url may have changed its escapes.
    public override string QueryString => request.RawUrl is { } url && url.IndexOf('?') is >= 0 and var start ? url.Substring(start) : "";

    public override IPAddress? RemoteAddress => _connection.Remote?.Address;

    public override bool? IsHttps => request.IsSecureConnection;

    public override long? ContentLength => request.ContentLength64 >= 0 ? request.ContentLength64 : null;

    // Whether there is nothing left that the client is still sending.
    public bool IsBodyRead => _isEnded || _received == ContentLength;

    public override string? GetHeader(string name) => request.Headers[name];

    public override async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var own = Interlocked.Exchange(ref _buffer, null) ?? ArrayPool<byte>.Shared.Rent(BufferSize);
        var read = await ReadAsync(own, Math.Min(buffer.Length, own.Length), cancellationToken).ConfigureAwait(false);
        own.AsMemory(0, read).CopyTo(buffer);
        _buffer = own;
        _received += read;
        _isEnded |= read == 0;
        if (read == 0 && ContentLength is null && !_connection.IsOpen())
            throw new IOException("The connection ended before the last chunk of the body.");
        return read;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, int count, CancellationToken cancellationToken)
    {
        try
        {
            var completion = new AsyncCompletion();
            var reading = request.InputStream.BeginRead(buffer, 0, count, AsyncCompletion.Callback, completion);
            if (!reading.IsCompleted)
                await WaitAsync(completion.Task, cancellationToken).ConfigureAwait(false);
            return request.InputStream.EndRead(reading);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            throw new IOException("The connection ended before the body was whole.", e);
        }
    }

    private static async Task WaitAsync(Task completed, CancellationToken cancellationToken)
    {
        var canceled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.Register(() => canceled.TrySetResult(true));
        if (await Task.WhenAny(completed, canceled.Task).ConfigureAwait(false) != completed)
            throw new OperationCanceledException(cancellationToken);
    }
}
