namespace WebSo.Events.ESign.Linting;

// Checks webso_events_url, or the CallbackUrl of a document.
internal sealed class UrlLint
{
    // Ports that usually speak TLS.
    private static readonly int[] s_tlsPorts = [443, 8443, 8444, 8445, 9443];

    private readonly string _name;
    private readonly int? _line;
    private readonly LintFindings _findings;

    private UrlLint(string name, int? line, LintFindings findings) => (_name, _line, _findings) = (name, line, findings);

    // Findings call the URL by the given name.
    public static void Check(string name, string url, int? line, LintFindings findings) => new UrlLint(name, line, findings).Check(url);

    public static bool TryParse(string url, out Uri? uri) =>
        Uri.TryCreate(url, UriKind.Absolute, out uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0;

    private void Check(string url)
    {
        // What these two remove is reported once. The rest is checked without it.
        url = CheckBracket(CheckSpace(url));
        CheckCharacters(url);
        CheckDotSegments(url);
        if (!TryParse(url, out var uri))
        {
            Error(
                "url-not-absolute",
                "is not an absolute http or https URL.",
                "The server can't call it, so no event arrives.",
                "Use a complete URL, such as https://host/webso/events.");
            return;
        }

        CheckScheme(uri!);
        CheckCredentials(uri!);
        CheckFragment(uri!);
        CheckHost(uri!);
    }

    private string CheckSpace(string url)
    {
        var space = url.TakeWhile(c => !char.IsWhiteSpace(c)).Count();
        if (space == url.Length)
            return url;

        Error(
            "url-trailing-text",
            "contains a space, and text after it.",
            "The server sends the text as part of the path. That is not valid HTTP, so every call is answered with 400.",
            "Delete the text. Move a comment to a line of its own. If the space is part of the URL, write %20.");
        return url.Substring(0, space);
    }

    private string CheckBracket(string url)
    {
        if (!url.EndsWith('>'))
            return url;

        Error(
            "url-stray-bracket",
            "ends in '>'.",
            "The vendor's own example has this '>' by mistake. It becomes part of the path, so the server calls an address that does not exist.",
            "Delete the '>' at the end.");
        return url.Substring(0, url.Length - 1);
    }

    private void CheckCharacters(string url)
    {
        foreach (var character in UrlCharacter.FindInvalid(url))
        {
            _findings.Add(
                character.IsTolerated ? WebSoLintSeverity.Warning : WebSoLintSeverity.Error,
                "url-character",
                _line,
                $"{_name} contains the character {character.Name}, which is not allowed in a URL.",
                "The server sends it unescaped. Many web servers and proxies answer with 400.",
                $"Delete it, or write {character.Escaped}.");
        }
    }

    private void CheckDotSegments(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? "" : url.Substring(authority + 3).Split('?', '#')[0];
        if (path.Split('/', '\\').Skip(1).Any(segment => segment.Replace("%2e", ".").Replace("%2E", ".") is "." or ".."))
        {
            Warning(
                "url-dot-segment",
                "has a dot segment ('.' or '..') in its path.",
                "The server sends it unchanged. Web servers and proxies interpret it in different ways, or refuse it.",
                "Write the path without the dot segment.");
        }
    }

    private void CheckScheme(Uri uri)
    {
        var isTlsPort = Array.IndexOf(s_tlsPorts, uri.Port) >= 0;
        if (uri.Scheme == Uri.UriSchemeHttp && (!uri.IsLoopback || isTlsPort))
        {
            Warning(
                "url-http",
                isTlsPort ? $"starts with http, but port {uri.Port} is usually https." : "starts with http.",
                "Anyone on the network path can read events and credentials. A receiver that redirects to https gets no event: the server takes a redirect as a failure.",
                "Use https if the receiver supports it.");
        }

        if (uri.Scheme == Uri.UriSchemeHttps && uri.Port == 80)
        {
            Warning(
                "url-https-port",
                "starts with https, but port 80 is usually http.",
                "The TLS handshake fails, so no event arrives.",
                "Delete ':80', or use the https port of the receiver.");
        }
    }

    private void CheckCredentials(Uri uri)
    {
        if (uri.UserInfo.Length > 0)
        {
            Warning(
                "url-credentials",
                "contains credentials before the host.",
                "Java's HTTP client does not send them, and they end up in logs.",
                "Send them as a header: webso_events_keys=Authorization, and webso_events_values=Basic followed by the base64 of user:password.");
        }
    }

    private void CheckFragment(Uri uri)
    {
        if (uri.Fragment.Length > 0)
        {
            Warning(
                "url-fragment",
                "has a fragment ('#...').",
                "The server does not send it, so the receiver never gets it.",
                "Delete it. If the '#' is part of the path or the query, write %23.");
        }
    }

    private void CheckHost(Uri uri)
    {
        if (uri.IsLoopback || uri.Host is "0.0.0.0" or "[::]" || uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            Warning(
                "url-localhost",
                $"has the host {uri.Host}.",
                "The server runs in a container, where this is the container itself. No call reaches the receiver.",
                "Use a name or an address that the container can reach, such as host.docker.internal for its host.");
        }
    }

    private void Error(string code, string problem, string consequence, string fix) => _findings.Error(code, _line, $"{_name} {problem}", consequence, fix);

    private void Warning(string code, string problem, string consequence, string fix) => _findings.Warning(code, _line, $"{_name} {problem}", consequence, fix);
}
