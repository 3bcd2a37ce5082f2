using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WebSo.Events.AspNetCore.Requests;

internal sealed class AspNetCoreRequest : IncomingRequest
{
    // A chunk of one byte takes six bytes: its length, the byte, and two line ends. The web server counts all of them. LastChunk is the
    // allowance for the last chunk.
    private const int BytesPerByteInChunks = 6;
    private const int LastChunk = 1024;

    private readonly HttpContext _context;
    private readonly HttpRequest _request;
    private readonly bool? _wasReadBefore;
    private bool _isRewound;

    // The limit of the web server is set above that of the receiver. It limits how much of a refused body the web server reads to keep the
    // connection usable.
    public AspNetCoreRequest(HttpContext context, int maxBodySize)
    {
        (_context, _request) = (context, context.Request);
        CanHaveBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody
            ?? (ContentLength > 0 || _request.Headers.TransferEncoding.Count > 0);

        // The limit becomes read-only with the first read.
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

    // Whether the client can still be sending.
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
            // If a middleware has buffered the body, it can already have read it.
            var read = canSeek
                ? await ReadFromStartAsync(buffer, cancellationToken)
                : await ReadFromPipeAsync(buffer, cancellationToken);
            IsRead |= read == 0;
            return read;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && BodyFailures.Explain(e, isChunked: ContentLength is null, canSeek, isUntouched: _wasReadBefore == false) is { } explained)
        {
            throw explained;
        }
    }

    // If a client sends too little, the web server throws. A body that ends early without an exception was therefore read by a middleware. There
    // are two exceptions, both streams that a middleware put in place of the body. A stream that can seek is read from its beginning. A stream
    // that was not read yet, such as that of UseRequestDecompression, is complete whatever its length. If the web server can't tell whether the
    // body was read, it counts as read.
    public override ReceiveOutcome? CheckBodyEnd(long received)
    {
        var isConsumed = CanHaveBody
            && (received == 0
                ? ContentLength > 0 || _wasReadBefore != false
                : _wasReadBefore != false && !_request.Body.CanSeek && (ContentLength is { } length ? received < length : _wasReadBefore == true));
        return isConsumed ? ReceiveOutcome.BodyConsumed : null;
    }

    private ValueTask<int> ReadFromStartAsync(Memory<byte> buffer, CancellationToken cancellationToken)
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
        // If ReadAsync got the token, a cancellation would leave Kestrel's reader in the middle of a read, and Kestrel would log an error.
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
