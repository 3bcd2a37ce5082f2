namespace WebSo.Events;

// One HTTP call. It returns the answer, whatever it is. With a body it is a POST with the configured headers; without one, the GET that
// a redirect leads to.
internal interface ITransport : IDisposable
{
    Task<TransportAnswer> SendAsync(Uri url, byte[]? body, WebSoFaults faults, CancellationToken cancellationToken);
}
