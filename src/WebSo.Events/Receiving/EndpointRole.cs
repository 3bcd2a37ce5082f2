namespace WebSo.Events.Receiving;

// Whether this process receives and handles the events of an endpoint. A keyed service by endpoint name; without it, the process does both.
// With an inbox, one process can receive and another can handle.
internal sealed record EndpointRole(bool Receives, bool Handles)
{
    public static EndpointRole Both { get; } = new(Receives: true, Handles: true);
}
