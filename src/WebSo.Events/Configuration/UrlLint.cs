using System.Globalization;
using System.Text;

namespace WebSo.Events;

// What can be wrong with webso_events_url or a document's CallbackUrl.
internal static class UrlLint
{
    // Ports that by custom speak TLS.
    private static readonly int[] s_tlsPorts = [443, 8443, 8444, 8445, 9443];

    public static IEnumerable<WebSoLintFinding> Check(string name, string url, int? line)
    {
        WebSoLintFinding Find(WebSoLintSeverity severity, string code, string problem, string consequence, string fix) =>
            new(code, severity, line, $"{name} {problem}", consequence, fix);

        // What is behind it is judged by this finding alone.
        var space = url.Select((c, i) => char.IsWhiteSpace(c) ? i : url.Length).DefaultIfEmpty(0).Min();
        if (space < url.Length)
        {
            yield return Find(
                WebSoLintSeverity.Error,
                "url-trailing-text",
                "has a space, and text after it.",
                "The server sends the text as a part of the path. That is not valid HTTP, so every call is answered with 400.",
                "Delete the text. A comment needs a line of its own. A space that belongs to the URL is written as %20.");
            url = url.Substring(0, space);
        }

        if (url.LastOrDefault() == '>')
        {
            yield return Find(
                WebSoLintSeverity.Error,
                "url-stray-bracket",
                "ends in '>'.",
                "The vendor's own example has this '>' by mistake. It becomes part of the path, so the server calls an address that does not exist.",
                "Delete the '>' at the end.");
            url = url.Substring(0, url.Length - 1);
        }

        foreach (var character in CharactersToEscape(url))
        {
            yield return Find(
                character.IsAscii && character.Name != "'\\'" ? WebSoLintSeverity.Warning : WebSoLintSeverity.Error,
                "url-character",
                $"has the character {character.Name}, which is not allowed in a URL.",
                "The server sends it as it is. Many web servers and proxies answer 400 to that.",
                $"Delete it, or write it as {character.Escaped}.");
        }

        if (HasDotSegment(url))
        {
            yield return Find(
                WebSoLintSeverity.Warning,
                "url-dot-segment",
                "has a dot segment ('.' or '..') in its path.",
                "The server sends it as it is. Web servers and proxies read it in different ways, or refuse it.",
                "Give the path that is meant, without the dot segment.");
        }

        if (!TryParse(url, out var parsed))
        {
            yield return Find(
                WebSoLintSeverity.Error,
                "url-not-absolute",
                "is not an absolute http or https URL.",
                "The server can't call it, so no event arrives.",
                "Give a complete URL, such as https://host/webso/events.");
            yield break;
        }

        foreach (var finding in CheckParts(parsed!, Find))
            yield return finding;
    }

    public static bool TryParse(string url, out Uri? uri) =>
        Uri.TryCreate(url, UriKind.Absolute, out uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0;

    private static IEnumerable<WebSoLintFinding> CheckParts(Uri uri, Func<WebSoLintSeverity, string, string, string, string, WebSoLintFinding> find)
    {
        var isTlsPort = Array.IndexOf(s_tlsPorts, uri.Port) >= 0;
        if (uri.Scheme == Uri.UriSchemeHttp && (!uri.IsLoopback || isTlsPort))
        {
            yield return find(
                WebSoLintSeverity.Warning,
                "url-http",
                isTlsPort ? $"begins with http, but port {uri.Port} is usually https." : "begins with http.",
                "Anyone on the network path can read events and credentials. A receiver that redirects to https gets no event: a redirect is a failure to the server.",
                "Use https, if the receiver supports it.");
        }

        if (uri.Scheme == Uri.UriSchemeHttps && uri.Port == 80)
        {
            yield return find(
                WebSoLintSeverity.Warning,
                "url-https-port",
                "begins with https, but port 80 is usually http.",
                "The TLS handshake fails, so no event arrives.",
                "Delete ':80', or give the port on which the receiver speaks https.");
        }

        if (uri.UserInfo.Length > 0)
        {
            yield return find(
                WebSoLintSeverity.Warning,
                "url-credentials",
                "has credentials before the host.",
                "Java's HTTP client does not send them, and they end up in logs.",
                "Send them as a header: webso_events_keys=Authorization, and webso_events_values=Basic followed by the base64 of user:password.");
        }

        if (uri.Fragment.Length > 0)
        {
            yield return find(
                WebSoLintSeverity.Warning,
                "url-fragment",
                "has a fragment ('#...').",
                "The server does not send it, so the receiver never sees it.",
                "Delete it. A '#' that belongs to the path or the query is written as %23.");
        }

        if (IsThisMachine(uri))
        {
            yield return find(
                WebSoLintSeverity.Warning,
                "url-localhost",
                $"has the host {uri.Host}.",
                "The server runs in a container, where this is the container itself. No call reaches the receiver.",
                "Give a name or an address that the container can reach, such as host.docker.internal for its host.");
        }
    }

    private static bool IsThisMachine(Uri uri) =>
        uri.IsLoopback || uri.Host is "0.0.0.0" or "[::]" || uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    // RFC 3986: each kind once. Java sends all of them unescaped.
    private static IEnumerable<(bool IsAscii, string Name, string Escaped)> CharactersToEscape(string url)
    {
        for (var i = 0; i < url.Length; i++)
        {
            var length = i + 1 < url.Length && char.IsSurrogatePair(url[i], url[i + 1]) ? 2 : 1;
            var text = url.Substring(i, length);
            var isFirst = url.IndexOf(text, StringComparison.Ordinal) == i;
            if (isFirst && (url[i] is <= ' ' or >= '\x7F' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}' || HasBadEscape(url, url[i])))
            {
                var code = $"U+{char.ConvertToUtf32(text[0] is >= '\xD800' and <= '\xDFFF' && length == 1 ? "\uFFFD" : text, 0):X4}";
                var escaped = string.Concat(Encoding.UTF8.GetBytes(text).Select(b => "%" + b.ToString("X2", CultureInfo.InvariantCulture)));
                yield return (url[i] < '\x7F', url[i] is > ' ' and < '\x7F' ? $"'{url[i]}'" : code, escaped);
            }

            i += length - 1;
        }
    }

    private static bool HasDotSegment(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? "" : url.Substring(authority + 3).Split('?', '#')[0];
        return path.Split('/', '\\').Skip(1).Any(segment => segment.Replace("%2e", ".").Replace("%2E", ".") is "." or "..");
    }

    private static bool HasBadEscape(string url, char c)
    {
        for (var at = c == '%' ? url.IndexOf('%') : -1; at >= 0; at = url.IndexOf('%', at + 1))
        {
            if (!CallbackPath.TryDecodeEscape(url, at, out _))
                return true;
        }

        return false;
    }
}
