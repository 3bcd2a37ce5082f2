namespace WebSo.Events.Tool.Linting;

internal static class ServerConfigurationExtensions
{
    // One call with the same headers, whatever the file says about the URL, the filter and retries.
    public static WebSoServerConfiguration WithHeadersOnly(this WebSoServerConfiguration configuration) => WebSoServerConfiguration.Parse(
        $"""
        webso_events_retries=0
        webso_events_keys={string.Join(",", configuration.Headers.Select(header => header.Key))}
        webso_events_values={string.Join(",", configuration.Headers.Select(header => header.Value))}
        """);
}
