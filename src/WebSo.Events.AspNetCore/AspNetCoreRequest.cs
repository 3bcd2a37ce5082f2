using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WebSo.Events;

internal sealed class AspNetCoreRequest : IncomingRequest
{
    // A chunk of one byte takes six: its length, the byte, and two line ends. The web server counts them all. The rest is for the last chunk.
    private const int BytesPerByteInChunks = 6;
    private const int LastChunk = 1024;

    private readonly HttpContext _context;
    private readonly HttpRequest _request;
    private readonly bool? _wasReadBefore;
    private bool _isRewound;

    // The server's limit, which is above the receiver's, bounds what the server reads of a refused body to keep the connection usable.
    public AspNetCoreRequest(HttpContext context, int maxBodySize)
    {
        (_context, _request) = (context, context.Request);
        CanHaveBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody
            ?? (ContentLength > 0 || _request.Headers.TransferEncoding.Count > 0);

        // The limit is read-only from the first read on.
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        _wasReadBefore = limit?.IsReadOnly;
        if (limit is { IsReadOnly: false })
            limit.MaxRequestBodySize = ContentLength is null ? LimitOfChunks(maxBodySize) : maxBodySize + 1L;
    }

    public static long LimitOfChunks(int maxBodySize) => (BytesPerByteInChunks * (long)maxBodySize) + LastChunk;

    public override string Method => _request.Method;

    public override string Path => _request.PathBase.Add(_request.Path).Value ?? "";

    public override string QueryString => _request.QueryString.Value ?? "";

    public override IReadOnlyDictionary<string, string> RouteValues => _request.RouteValues.Count == 0
        ? base.RouteValues
        : _request.RouteValues.ToDictionary(
            value => value.Key,
            value => Convert.ToString(value.Value, CultureInfo.InvariantCulture) ?? "",
            StringComparer.OrdinalIgnoreCase);

    public override IPAddress? RemoteAddress => _context.Connection.RemoteIpAddress;

    public override bool? IsHttps => _request.IsHttps;

    public override long? ContentLength => _request.ContentLength;

    // Whether the client may still be sending.
    public bool HasUnreadBody => CanHaveBody && !IsRead;

    private bool CanHaveBody { get; }

    private bool IsRead { get; set; }

    public override string? GetHeader(string name) =>
        _request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values.ToString() : null;

    public override async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var canSeek = _request.Body.CanSeek;
        try
        {
            // A middleware before us may have buffered the body, and read it.
            var read = canSeek
                ? await ReadFromBeginAsync(buffer, cancellationToken)
                : await ReadFromPipeAsync(buffer, cancellationToken);
            IsRead |= read == 0;
            return read;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && BodyFailures.Explain(e, isChunked: ContentLength is null, canSeek, isUntouched: _wasReadBefore == false) is { } explained)
        {
            throw explained;
        }
    }

    // The web server throws when a body ends early, so one that ends early without that was read by someone else, unless a middleware
    // put another stream in its place: one that can seek is read from its begin; one that nobody has read yet, as UseRequestDecompression
    // makes, is complete whatever its length. Where the server can't tell what was read, the safe answer is that it was.
    public override ReceiveOutcome? CheckBodyEnd(long received)
    {
        var isConsumed = CanHaveBody
            && (received == 0
                ? ContentLength > 0 || _wasReadBefore != false
                : _wasReadBefore != false && !_request.Body.CanSeek && (ContentLength is { } length ? received < length : _wasReadBefore == true));
        return isConsumed ? ReceiveOutcome.BodyConsumed : null;
    }

    private ValueTask<int> ReadFromBeginAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_isRewound)
        {
            _request.Body.Position = 0;
            _isRewound = true;
        }

        return _request.Body.ReadAsync(buffer, cancellationToken);
    }

    private async ValueTask<int> ReadFromPipeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // A token given to ReadAsync leaves Kestrel's reader in the middle of a read, and it logs an Error of its own.
        var reader = _request.BodyReader;
        await using var registration = cancellationToken.UnsafeRegister(static state => ((PipeReader)state!).CancelPendingRead(), reader);
        while (true)
        {
            var result = await reader.ReadAsync(CancellationToken.None);
            if (result.IsCanceled)
            {
                reader.AdvanceTo(result.Buffer.Start);
                throw new OperationCanceledException(cancellationToken);
            }

            var length = (int)Math.Min(result.Buffer.Length, buffer.Length);
            var taken = result.Buffer.Slice(0, length);
            taken.CopyTo(buffer.Span);
            reader.AdvanceTo(taken.End);
            if (length > 0 || result.IsCompleted)
                return length;
        }
    }
}
