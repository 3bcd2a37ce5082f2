namespace WebSo.Events;

// Values of headers are shown only where the name is one that holds no secret.
internal static class ShownHeader
{
    private static readonly HashSet<string> s_harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Date", "Expect", "Host", "Transfer-Encoding", "User-Agent",
    };

    public static string ValueOf(string name, string value) => s_harmless.Contains(name) ? value : "***";
}
