namespace WebSo.Events.Handling;

// The handlers and event types of one endpoint, as named options.
internal sealed class EndpointRegistrations
{
    public List<HandlerRegistration> Handlers { get; } = [];

    public List<Func<WebSoEventSerializer, WebSoEventSerializer>> EventTypes { get; } = [];

    public WebSoEventSerializer CreateSerializer() => EventTypes.Aggregate(WebSoEventSerializer.Default, (serializer, add) => add(serializer));
}
