namespace WebSo.Events.Security;

// The text of a URL as it is sent. Uri.AbsoluteUri rewrites escapes, so the original string is used if it is a valid URL.
internal static class CallbackUri
{
    // problem: the reason why the URL is not valid, or null.
    public static string TextOf(Uri uri, out string? problem)
    {
        problem = null;
        if (!uri.IsAbsoluteUri || (uri.Scheme != "https" && uri.Scheme != "http"))
        {
            problem = "A callback URL must be absolute and start with https:// or http://.";
            return "";
        }

        if (uri.Fragment.Length > 0)
        {
            problem = "A callback URL can't have a fragment ('#...'), because it would not be sent. Remove it.";
            return "";
        }

        var original = uri.OriginalString;
        var begin = uri.Scheme + "://";
        return original.StartsWith(begin, StringComparison.OrdinalIgnoreCase) && original.All(IsSafe) ? original : Rewrite(uri);
    }

    // A Java sender calls '/' if the URL has no path.
    public static string WithPath(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.IndexOfAny(['/', '?'], authority);
        if (end < 0)
            return url + "/";
        return url[end] == '?' ? url.Insert(end, "/") : url;
    }

    // Splits a URL that has a path into the escaped path and the query with its '?'.
    public static (string Path, string Query) Split(string url)
    {
        var path = url.IndexOf('/', url.IndexOf("://", StringComparison.Ordinal) + 3);
        var query = url.IndexOf('?', path);
        return query < 0 ? (url.Substring(path), "") : (url.Substring(path, query - path), url.Substring(query));
    }

    // Escapes the URL, and converts an international host name to Punycode.
    private static string Rewrite(Uri uri) =>
        uri.AbsoluteUri.All(IsSafe) ? uri.AbsoluteUri : new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri;

    // The characters that RFC 3986 allows in a URL.
    private static bool IsSafe(char c) => c is > ' ' and < '\x7F' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}');
}
