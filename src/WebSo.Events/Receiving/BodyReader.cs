using System.Buffers;

namespace WebSo.Events;

// Reads a body up to the limit into an array of its size.
internal static class BodyReader
{
    public static async ValueTask<(WebSoOutcome? Refused, byte[] Body)> ReadAsync(
        WebSoRequest request,
        WebSoEventsOptions options,
        TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBodySize)
            return (WebSoOutcome.BodyTooLarge, []);

        using var timeout = timeProvider.CreateTimeout(options.BodyTimeout);
        using var registration = timeout.CancelWith(cancellationToken);
        try
        {
            var (fits, body) = request.ContentLength is { } length
                ? (true, await ReadAnnouncedAsync(request, (int)length, timeout.Token).ConfigureAwait(false))
                : await ReadUnannouncedAsync(request, options.MaxBodySize, timeout.Token).ConfigureAwait(false);
            if (!fits)
                return (WebSoOutcome.BodyTooLarge, []);
            if (body.Length < request.ContentLength || body.Length == 0)
            {
                if (request.WasBodyReadBefore(body.Length))
                    return (WebSoOutcome.BodyConsumed, []);
                if (body.Length < request.ContentLength)
                    return (WebSoOutcome.BodyTorn, []);
            }

            return (null, body);
        }
        catch (IOException)
        {
            return (WebSoOutcome.BodyTorn, []);
        }
        catch (TimeoutException)
        {
            return (WebSoOutcome.BodyTimeout, []);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (WebSoOutcome.BodyTimeout, []);
        }
        catch (OperationCanceledException)
        {
            return (WebSoOutcome.BodyTorn, []);
        }
    }

    private static async ValueTask<byte[]> ReadAnnouncedAsync(WebSoRequest request, int length, CancellationToken cancellationToken)
    {
        var body = new byte[length];
        var received = 0;
        while (received < length)
        {
            var read = await request.ReadBodyAsync(body.AsMemory(received), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return body.AsSpan(0, received).ToArray();
            received += read;
        }

        return body;
    }

    private static async ValueTask<(bool Fits, byte[] Body)> ReadUnannouncedAsync(WebSoRequest request, int limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(limit, 4096) + 1);
        var received = 0;
        try
        {
            while (true)
            {
                if (received == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, received).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                // One byte more than allowed tells that it is too large.
                var room = Math.Min(buffer.Length - received, limit + 1 - received);
                var read = await request.ReadBodyAsync(buffer.AsMemory(received, room), cancellationToken).ConfigureAwait(false);
                received += read;
                if (received > limit)
                    return (false, []);
                if (read == 0)
                    return (true, buffer.AsSpan(0, received).ToArray());
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
