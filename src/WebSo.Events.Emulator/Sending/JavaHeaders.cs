namespace WebSo.Events;

// The headers of config.ini that a Java server really sends: HttpURLConnection silently drops those that it sets itself.
internal static class JavaHeaders
{
    private static readonly HashSet<string> s_dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Access-Control-Request-Headers", "Access-Control-Request-Method", "Connection", "Content-Length", "Content-Transfer-Encoding", "Host",
        "Keep-Alive", "Origin", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
    };

    public static IReadOnlyList<KeyValuePair<string, string>> Sent(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        [.. headers.Where(header => !s_dropped.Contains(header.Key) && !header.Key.StartsWith("Sec-", StringComparison.OrdinalIgnoreCase))];
}
