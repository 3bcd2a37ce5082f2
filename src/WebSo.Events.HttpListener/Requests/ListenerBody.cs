using System.Buffers;
using System.Net;

namespace WebSo.Events.Listener.Requests;

// The body of one call. HttpListener can't cancel a read. A canceled read therefore stays pending, and the next read continues it.
internal sealed class ListenerBody(HttpListenerRequest request) : IDisposable
{
    private const int BufferSize = 4096;

    // The error code of the managed HttpListener for malformed chunks. It has already answered 400 and closed the connection.
    private const int BadRequest = 400;

    // The rest of a refused body is read within these limits. Otherwise, closing would reset the connection before the client has read
    // the response. A chunked body is not read, because the managed HttpListener writes a second response if its chunks are malformed. Its
    // client gets some time to read the response instead.
    private const int MaxDrainedBytes = 256 * 1024;
    private static readonly TimeSpan s_maxDrainTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_timeToReadAnswer = TimeSpan.FromMilliseconds(500);

    private readonly Stream _stream = request.InputStream;
    private readonly long? _length = request.ContentLength64 >= 0 ? request.ContentLength64 : null;
    private byte[]? _buffer;
    private IAsyncResult? _reading;
    private AsyncCompletion? _completion;
    private long _received;
    private bool _isEnded = !request.HasEntityBody;

    // Whether the body has been read to its end.
    public bool IsRead => _isEnded || _received == _length;

    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsRead)
            return 0;

        var read = await ReadIntoBufferAsync(destination.Length, cancellationToken).ConfigureAwait(false);
        _buffer.AsMemory(0, read).CopyTo(destination);
        return read;
    }

    // Reads the rest of the body. Returns false if the connection must be closed because the rest is too large or too slow, or the connection
    // was lost.
    public async Task<bool> DrainAsync()
    {
        if (_length is null)
        {
            await Task.Delay(s_timeToReadAnswer).ConfigureAwait(false);
            return false;
        }

        using var timeout = new CancellationTokenSource(s_maxDrainTime);
        var end = _received + MaxDrainedBytes;
        try
        {
            while (!IsRead && _received < end)
                await ReadIntoBufferAsync(BufferSize, timeout.Token).ConfigureAwait(false);
            return IsRead;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        // A pending read can still write into its buffer.
        if (_buffer is { } buffer && _reading is null)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }

    private async ValueTask<int> ReadIntoBufferAsync(int count, CancellationToken cancellationToken)
    {
        try
        {
            if (_reading is null)
            {
                _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
                _completion = new AsyncCompletion();
                _reading = _stream.BeginRead(_buffer, 0, Math.Min(count, BufferSize), AsyncCompletion.Callback, _completion);
            }

            if (!_reading.IsCompleted)
                await WaitAsync(_completion!.Task, cancellationToken).ConfigureAwait(false);
            var reading = _reading;
            _reading = null;
            var read = _stream.EndRead(reading);
            _received += read;
            _isEnded |= read == 0;
            return read;
        }
        catch (HttpListenerException e) when (_length is null && e.ErrorCode == BadRequest)
        {
            // This is not a lost connection: HttpListener reports a connection that ends between chunks as the end of the body.
            throw new BodyException(ReceiveOutcome.BodyMalformed, "its chunks are malformed", e);
        }
        catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
        {
            throw new IOException("The connection ended before the body was complete.", e);
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
