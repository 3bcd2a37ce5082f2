using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Configuration;

// An endpoint that was added, and the section of a configuration that it was given. Null: it has the default one.
internal sealed record EndpointSection(string Endpoint, IConfigurationSection? Given);
