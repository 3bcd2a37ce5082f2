using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Configuration;

// An added endpoint and the section that was passed to AddWebSoEvents. Given is null for the default section.
internal sealed record EndpointSection(string Endpoint, IConfigurationSection? Given);
