namespace WebSo.Events.Emulator.Sending;

// Makes one HTTP call and returns the response, whatever its status. With a body: a POST with the configured headers. Without: the GET after a
// redirect.
internal interface ITransport : IDisposable
{
    Task<TransportAnswer> SendAsync(Uri url, byte[]? body, WebSoFaults faults, CancellationToken cancellationToken);
}
