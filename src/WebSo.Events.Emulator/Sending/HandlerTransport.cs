namespace WebSo.Events.Emulator.Sending;

// Sends calls through the HttpMessageHandler of the options.
internal sealed class HandlerTransport(HttpMessageHandler handler, string? contentType, IReadOnlyList<KeyValuePair<string, string>> headers) : ITransport
{
    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: false);

    public async Task<TransportAnswer> SendAsync(Uri url, byte[]? body, WebSoFaults faults, CancellationToken cancellationToken)
    {
        // A TestServer reads parts of the URL that .NET does not provide for a URL without canonicalization.
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
            // The request refuses content headers. They replace the default.
            if (request.Headers.TryAddWithoutValidation(header.Key, header.Value))
                continue;
            content.Headers.Remove(header.Key);
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return request;
    }
}
