namespace WebSo.Events.Handling;

// What AddHandler and AddEventType said of one endpoint, as named options (as IHttpClientFactory does).
internal sealed class EndpointRegistrations
{
    public List<HandlerRegistration> Handlers { get; } = [];

    public List<Func<WebSoEventSerializer, WebSoEventSerializer>> EventTypes { get; } = [];

    public WebSoEventSerializer CreateSerializer() => EventTypes.Aggregate(WebSoEventSerializer.Default, (serializer, add) => add(serializer));
}
