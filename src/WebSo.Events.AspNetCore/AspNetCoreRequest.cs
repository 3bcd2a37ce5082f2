using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WebSo.Events;

internal sealed class AspNetCoreRequest(HttpContext context) : WebSoRequest
{
    private readonly HttpRequest _request = context.Request;
    private bool _isRewound;

    public override string Method => _request.Method;

    public override string Path => _request.PathBase.Add(_request.Path).Value ?? "";

    public override string QueryString => _request.QueryString.Value ?? "";

    public override IReadOnlyDictionary<string, string> RouteValues => _request.RouteValues.Count == 0
        ? base.RouteValues
        : _request.RouteValues.ToDictionary(
            value => value.Key,
            value => Convert.ToString(value.Value, CultureInfo.InvariantCulture) ?? "",
            StringComparer.OrdinalIgnoreCase);

    public override IPAddress? RemoteAddress => context.Connection.RemoteIpAddress;

    public override bool? IsHttps => _request.IsHttps;

    public override long? ContentLength => _request.ContentLength;

    public override string? GetHeader(string name) =>
        _request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values.ToString() : null;

    public override async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            // A middleware before us may have buffered the body, and read it.
            return _request.Body.CanSeek
                ? await ReadFromBeginAsync(buffer, cancellationToken)
                : await ReadFromPipeAsync(buffer, cancellationToken);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            throw new TimeoutException("The web server's own limit for the time of a body was reached.", e);
        }
    }

    // The web server itself throws when a body is torn. So one that ends early without that was read by someone else. A chunked one of
    // no bytes may have been empty from the begin, which no sender of events does: it is taken for read, since that loses nothing.
    public override bool WasBodyReadBefore(long received) =>
        received < _request.ContentLength
        || (received == 0 && _request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true);

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
