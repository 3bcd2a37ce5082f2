namespace WebSo.Events.ESign.Linting;

// Request headers that Java's HTTP clients don't send if a program sets them.
internal static class JavaHeaders
{
    // HttpURLConnection silently drops these, with any settings (verified with Java 17), and all that start with Sec-.
    private static readonly string[] s_dropped =
    [
        "Access-Control-Request-Headers", "Access-Control-Request-Method", "Connection", "Content-Length", "Content-Transfer-Encoding", "Host",
        "Keep-Alive", "Origin", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
    ];

    // Some versions of Java's HttpClient, or proxies, refuse, drop or replace these.
    private static readonly string[] s_unreliable = ["Date", "Expect", "TE"];

    public static bool IsDropped(string name) => Contains(s_dropped, name) || HasPrefix(name, "Sec-");

    public static bool IsUnreliable(string name) => Contains(s_unreliable, name) || HasPrefix(name, "Access-Control-") || HasPrefix(name, "Proxy-");

    private static bool Contains(string[] names, string name) => Array.Exists(names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));

    private static bool HasPrefix(string name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
