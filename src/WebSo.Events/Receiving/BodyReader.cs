namespace WebSo.Events.Receiving;

// Reads the bodies of an endpoint. Allocates by the bytes received, not by the announced length, and limits the memory of all bodies
// together.
internal sealed class BodyReader(TimeProvider timeProvider)
{
    // Three bodies of the largest allowed MaxBodySize, or half a million bodies of documented events.
    public const int MaxBytesHeld = 64 * 1024 * 1024;

    private const int LargestFirstBuffer = 4096;
    private const int FirstBuffer = 1024;

    private long _held;

    // A body counts toward the limit until Release. A refused body does not count.
    public async ValueTask<BodyReadResult> ReadAsync(IncomingRequest request, WebSoEventsOptions options, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBodySize)
            return BodyReadResult.Refuse(ReceiveOutcome.BodyTooLarge);

        using var timeout = timeProvider.CreateTimeout(options.BodyTimeout);
        using var registration = timeout.CancelWith(cancellationToken);
        try
        {
            return await ReadAsync(request, options.MaxBodySize, timeout.Token).ConfigureAwait(false);
        }
        catch (BodyException e)
        {
            return BodyReadResult.Refuse(e.Outcome, e.Message);
        }
        catch (IOException)
        {
            return BodyReadResult.Refuse(ReceiveOutcome.BodyTorn, "the connection was lost");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return BodyReadResult.Refuse(ReceiveOutcome.BodyTimeout, $"BodyTimeout of {options.BodyTimeout} elapsed");
        }
        catch (OperationCanceledException)
        {
            return BodyReadResult.Refuse(ReceiveOutcome.BodyTorn, "the process is stopping");
        }
    }

    public void Release(int held) => Interlocked.Add(ref _held, -held);

    private async ValueTask<BodyReadResult> ReadAsync(IncomingRequest request, int limit, CancellationToken cancellationToken)
    {
        var buffer = Array.Empty<byte>();
        var received = 0;
        var isComplete = false;
        try
        {
            int read;
            do
            {
                if (received == buffer.Length && !TryGrow(ref buffer, request.ContentLength, limit))
                    return BodyReadResult.Refuse(ReceiveOutcome.Unavailable);

                read = await request.ReadBodyAsync(buffer.AsMemory(received), cancellationToken).ConfigureAwait(false);
                received += read;
                if (received > limit)
                    return BodyReadResult.Refuse(ReceiveOutcome.BodyTooLarge);
            }
            while (read > 0);

            if ((request.CheckBodyEnd(received) ?? (received == 0 ? ReceiveOutcome.BodyEmpty : null)) is { } refused)
                return BodyReadResult.Refuse(refused);

            isComplete = true;
            var body = buffer.AsMemory(0, received);
            return new BodyReadResult(received + 1 == buffer.Length ? body : body.ToArray(), buffer.Length);
        }
        finally
        {
            if (!isComplete)
                Release(buffer.Length);
        }
    }

    // Reads one byte more than announced or allowed, to detect the end of the body. A body can be longer than announced if a middleware
    // decompresses it.
    private bool TryGrow(ref byte[] buffer, long? announced, int limit)
    {
        var size = buffer.Length == 0
            ? Math.Min(announced ?? FirstBuffer, LargestFirstBuffer) + 1
            : Math.Min(buffer.Length * 2L, limit + 1L);
        if (!TryHold((int)size - buffer.Length))
            return false;

        Array.Resize(ref buffer, (int)size);
        return true;
    }

    private bool TryHold(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= MaxBytesHeld)
            return true;

        Release(bytes);
        return false;
    }
}
