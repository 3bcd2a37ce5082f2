namespace WebSo.Events;

// What can be wrong with webso_events_url or a document's CallbackUrl.
internal static class UrlLint
{
    // Ports that by custom speak TLS.
    private static readonly int[] s_tlsPorts = [443, 8443, 8444, 8445, 9443];

    public static IEnumerable<WebSoLintFinding> Check(string name, string url, int? line)
    {
        if (url.LastOrDefault() == '>')
        {
            yield return new WebSoLintFinding(
                "url-stray-bracket",
                WebSoLintSeverity.Error,
                line,
                $"{name} ends in '>'.",
                "The vendor's own example has this stray '>', and it becomes part of the path: the server calls an address that does not exist.",
                "Delete the '>' at the end.");
        }

        var isHttp = TryParse(url, out var uri);
        if (!isHttp)
        {
            yield return new WebSoLintFinding(
                "url-not-absolute",
                WebSoLintSeverity.Error,
                line,
                $"{name} is no absolute http or https URL.",
                "The server can't call it, so no event ever arrives.",
                "Give a whole URL, as https://host/webso/events.");
            yield break;
        }

        if (uri!.Scheme == Uri.UriSchemeHttp && (!uri.IsLoopback || IsTlsPort(uri)))
        {
            yield return new WebSoLintFinding(
                "url-http",
                WebSoLintSeverity.Warning,
                line,
                IsTlsPort(uri) ? $"{name} begins with http, and its port {uri.Port} by custom speaks https." : $"{name} begins with http.",
                "Events and credentials go over the network in clear; a receiver that redirects to https never gets an event, since the server counts a redirect as failure.",
                "Write https, if the receiver speaks it.");
        }

        if (uri.UserInfo.Length > 0)
        {
            yield return new WebSoLintFinding(
                "url-credentials",
                WebSoLintSeverity.Warning,
                line,
                $"{name} has credentials before the host.",
                "A Java client does not send them, and they end in logs.",
                "Give them as a header: webso_events_keys=Authorization and webso_events_values=Basic followed by the base64 of user:password.");
        }
    }

    private static bool IsTlsPort(Uri uri) => Array.IndexOf(s_tlsPorts, uri.Port) >= 0;

    internal static bool TryParse(string url, out Uri? uri) =>
        Uri.TryCreate(url, UriKind.Absolute, out uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0;
}
