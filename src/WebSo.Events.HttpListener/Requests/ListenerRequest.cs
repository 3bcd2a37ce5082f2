using System.Net;

namespace WebSo.Events.Listener.Requests;

internal sealed class ListenerRequest(HttpListenerRequest request, CallSlots slots) : IncomingRequest, IDisposable
{
    private readonly ListenerConnection _connection = new(request.ContentLength64 < 0 ? request.LocalEndPoint : null, request.RemoteEndPoint);
    private readonly ListenerBody _body = new(request);

    public override string Method => request.HttpMethod;

    public override string Path => Uri.UnescapeDataString(request.Url!.AbsolutePath);

    // RawUrl is the URL as sent. Url can have other escapes.
    public override string QueryString => request.RawUrl is { } url && url.IndexOf('?') is >= 0 and var start ? url.Substring(start) : "";

    public override IPAddress? RemoteAddress => _connection.Remote.Address;

    public override bool? IsHttps => request.IsSecureConnection;

    public override long? ContentLength => request.ContentLength64 >= 0 ? request.ContentLength64 : null;

    public bool IsBodyRead => _body.IsRead;

    public bool HasSlot { get; private set; }

    public override string? GetHeader(string name) => request.Headers[name];

    // The receiver calls this only after the credentials were verified.
    public override bool TryAdmit() => HasSlot = slots.TryTake();

    public override async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && ContentLength is null && !_connection.IsOpen())
            throw new IOException("The connection ended before the last chunk of the body.");
        return read;
    }

    public Task<bool> DrainBodyAsync() => _body.DrainAsync();

    public void ReleaseSlot()
    {
        if (HasSlot)
            slots.Release();
        HasSlot = false;
    }

    public void Dispose()
    {
        ReleaseSlot();
        _body.Dispose();
    }
}
