namespace WebSo.Events.Receiving;

// What this process does for an endpoint: a keyed service, by the name of the endpoint. Without one it does both; with an inbox, one process
// may receive what another one handles.
internal sealed record EndpointRole(bool Receives, bool Handles)
{
    public static EndpointRole Both { get; } = new(Receives: true, Handles: true);
}
