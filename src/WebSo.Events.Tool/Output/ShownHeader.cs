namespace WebSo.Events.Tool.Output;

// Shows values only of headers that can't hold a secret.
internal static class ShownHeader
{
    private static readonly HashSet<string> s_harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Date", "Expect", "Host", "Transfer-Encoding", "User-Agent",
    };

    public static string ValueOf(string name, string value) => s_harmless.Contains(name) ? value : "***";
}
