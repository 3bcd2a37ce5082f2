using System.Net;
using System.Text;

namespace WebSo.Events;

// Calls through an HttpMessageHandler: its own, or one that was brought along.
internal sealed class HandlerTransport : ITransport
{
    private readonly HttpMessageInvoker _invoker;
    private readonly string? _contentType;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers;

    public HandlerTransport(HttpMessageHandler? handler, string? contentType, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        _invoker = handler is null ? new HttpMessageInvoker(CreateHandler()) : new HttpMessageInvoker(handler, disposeHandler: false);
        _contentType = contentType;
        _headers = headers;
    }

    public async Task<int> PostAsync(OutgoingCall call, WebSoFaults faults, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, call.Url) { Content = new ByteArrayContent(call.Body) };
        if (_contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", _contentType);
        foreach (var header in _headers)
        {
            // A content header is refused by the request, and replaces what we set.
            if (request.Headers.TryAddWithoutValidation(header.Key, header.Value))
                continue;
            request.Content.Headers.Remove(header.Key);
            request.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return (int)response.StatusCode;
    }

    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        // Values of config.ini may be ISO-8859-1.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    };
}
