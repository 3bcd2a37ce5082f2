namespace WebSo.Events.Security;

// The text of a URL as it goes over the wire. Uri.AbsoluteUri rewrites escapes, so what was given is taken where it is fit to be sent.
internal static class CallbackUri
{
    // The problem is null where there is none.
    public static string TextOf(Uri uri, out string? problem)
    {
        problem = null;
        if (!uri.IsAbsoluteUri || (uri.Scheme != "https" && uri.Scheme != "http"))
        {
            problem = "A callback URL is absolute and begins with https:// or http://.";
            return "";
        }

        if (uri.Fragment.Length > 0)
        {
            problem = "A callback URL has no fragment ('#...'): it is never sent.";
            return "";
        }

        var original = uri.OriginalString;
        var begin = uri.Scheme + "://";
        return original.StartsWith(begin, StringComparison.OrdinalIgnoreCase) && original.All(IsSafe) ? original : Rewrite(uri);
    }

    // Where there is no path, a Java sender calls '/'.
    public static string WithPath(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.IndexOfAny(['/', '?'], authority);
        if (end < 0)
            return url + "/";
        return url[end] == '?' ? url.Insert(end, "/") : url;
    }

    // The two parts of a URL with a path that follow the authority: the path, escaped, and the query with its '?'.
    public static (string Path, string Query) Split(string url)
    {
        var path = url.IndexOf('/', url.IndexOf("://", StringComparison.Ordinal) + 3);
        var query = url.IndexOf('?', path);
        return query < 0 ? (url.Substring(path), "") : (url.Substring(path, query - path), url.Substring(query));
    }

    // Escaped, and the name of the host as the DNS has it.
    private static string Rewrite(Uri uri) =>
        uri.AbsoluteUri.All(IsSafe) ? uri.AbsoluteUri : new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri;

    // RFC 3986: what may stand in a URL.
    private static bool IsSafe(char c) => c is > ' ' and < '\x7F' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}');
}
