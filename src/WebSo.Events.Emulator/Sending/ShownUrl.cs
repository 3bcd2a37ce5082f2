namespace WebSo.Events.Emulator.Sending;

// Removes what can be secret from a URL: credentials, query and fragment.
internal static class ShownUrl
{
    public static string Of(Uri url) => Of(url.OriginalString);

    // Also for text that is not a valid URL.
    public static string Of(string url)
    {
        var end = url.IndexOfAny(['?', '#']);
        var text = end < 0 ? url : url.Substring(0, end);
        var authority = text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        var path = text.IndexOf('/', authority);
        var at = path < 0 ? text.LastIndexOf('@') : text.LastIndexOf('@', path);
        return (at < authority ? text : text.Remove(authority, at + 1 - authority)) + (end >= 0 && url[end] == '?' ? "?***" : "");
    }
}
