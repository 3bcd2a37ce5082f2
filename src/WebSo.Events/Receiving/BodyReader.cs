namespace WebSo.Events.Receiving;

// Reads the bodies of an endpoint. Memory grows with what arrives, never with what is announced, and is bounded for all bodies together.
internal sealed class BodyReader(TimeProvider timeProvider)
{
    // Three of the largest bodies that MaxBodySize allows, or half a million of the documented ones.
    public const int MaxBytesHeld = 64 * 1024 * 1024;

    private const int LargestFirstBuffer = 4096;
    private const int FirstBuffer = 1024;

    private long _held;

    // A body counts until it is released. One that is refused does not count.
    public async ValueTask<BodyReading> ReadAsync(IncomingRequest request, WebSoEventsOptions options, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBodySize)
            return BodyReading.Refuse(ReceiveOutcome.BodyTooLarge);

        using var timeout = timeProvider.CreateTimeout(options.BodyTimeout);
        using var registration = timeout.CancelWith(cancellationToken);
        try
        {
            return await ReadAsync(request, options.MaxBodySize, timeout.Token).ConfigureAwait(false);
        }
        catch (BodyException e)
        {
            return BodyReading.Refuse(e.Outcome, e.Message);
        }
        catch (IOException)
        {
            return BodyReading.Refuse(ReceiveOutcome.BodyTorn, "the connection was lost");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return BodyReading.Refuse(ReceiveOutcome.BodyTimeout, $"BodyTimeout is {options.BodyTimeout}");
        }
        catch (OperationCanceledException)
        {
            return BodyReading.Refuse(ReceiveOutcome.BodyTorn, "the process is stopping");
        }
    }

    public void Release(int held) => Interlocked.Add(ref _held, -held);

    private async ValueTask<BodyReading> ReadAsync(IncomingRequest request, int limit, CancellationToken cancellationToken)
    {
        var buffer = Array.Empty<byte>();
        var received = 0;
        var isReturned = false;
        try
        {
            int read;
            do
            {
                if (received == buffer.Length && !TryGrow(ref buffer, request.ContentLength, limit))
                    return BodyReading.Refuse(ReceiveOutcome.Unavailable);

                read = await request.ReadBodyAsync(buffer.AsMemory(received), cancellationToken).ConfigureAwait(false);
                received += read;
                if (received > limit)
                    return BodyReading.Refuse(ReceiveOutcome.BodyTooLarge);
            }
            while (read > 0);

            if ((request.CheckBodyEnd(received) ?? (received == 0 ? ReceiveOutcome.BodyEmpty : null)) is { } refused)
                return BodyReading.Refuse(refused);

            isReturned = true;
            var body = buffer.AsMemory(0, received);
            return new BodyReading(received + 1 == buffer.Length ? body : body.ToArray(), buffer.Length);
        }
        finally
        {
            if (!isReturned)
                Release(buffer.Length);
        }
    }

    // One byte more than announced or allowed shows that a body ends there. It may be longer than announced: a middleware may have
    // decompressed it.
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
