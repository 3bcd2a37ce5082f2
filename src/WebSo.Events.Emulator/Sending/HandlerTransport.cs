namespace WebSo.Events;

// Calls through an HttpMessageHandler that was brought along.
internal sealed class HandlerTransport(HttpMessageHandler handler, string? contentType, IReadOnlyList<KeyValuePair<string, string>> headers) : ITransport
{
    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: false);

    public async Task<TransportAnswer> SendAsync(Uri url, byte[]? body, WebSoFaults faults, CancellationToken cancellationToken)
    {
        // A test server reads the parts of a URL, which .NET refuses for one that is to stay as it is given.
        var normalized = new Uri(url.OriginalString);
        using var request = body is null ? new HttpRequestMessage(HttpMethod.Get, normalized) : CreatePost(normalized, body);
        using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var location = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;
        return new TransportAnswer((int)response.StatusCode, location);
    }

    public void Dispose() => _invoker.Dispose();

    private HttpRequestMessage CreatePost(Uri url, byte[] body)
    {
        var content = new ByteArrayContent(body);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach (var header in headers)
        {
            // A content header is refused by the request, and replaces what we set.
            if (request.Headers.TryAddWithoutValidation(header.Key, header.Value))
                continue;
            content.Headers.Remove(header.Key);
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return request;
    }
}
