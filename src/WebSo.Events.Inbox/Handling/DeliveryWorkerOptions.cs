using Microsoft.Extensions.Options;

namespace WebSo.Events.Handling;

// The options of one endpoint, as they stand.
internal sealed class DeliveryWorkerOptions(string endpointName, IOptionsMonitor<WebSoInboxOptions> inbox, IOptionsMonitor<WebSoEventsOptions> endpoint)
{
    public string EndpointName => endpointName;

    public WebSoInboxOptions Inbox => inbox.Get(endpointName);

    public WebSoEventsOptions Endpoint => endpoint.Get(endpointName);
}
