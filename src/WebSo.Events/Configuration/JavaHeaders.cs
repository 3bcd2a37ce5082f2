namespace WebSo.Events;

// Request headers that do not arrive, since the HTTP clients of Java keep them for themselves.
internal static class JavaHeaders
{
    // HttpURLConnection drops them silently, whatever it is told (checked with Java 17), and all that begin with Sec-.
    private static readonly string[] s_dropped =
    [
        "Access-Control-Request-Headers", "Access-Control-Request-Method", "Connection", "Content-Length", "Content-Transfer-Encoding", "Host",
        "Keep-Alive", "Origin", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
    ];

    // Refused, dropped or used by the HttpClient of some version of Java, or by proxies: they are about a single connection.
    private static readonly string[] s_unreliable = ["Date", "Expect", "TE"];

    public static bool AreDropped(string name) => Has(s_dropped, name) || Begins(name, "Sec-");

    public static bool AreUnreliable(string name) => Has(s_unreliable, name) || Begins(name, "Access-Control-") || Begins(name, "Proxy-");

    private static bool Has(string[] names, string name) => Array.Exists(names, other => other.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool Begins(string name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
