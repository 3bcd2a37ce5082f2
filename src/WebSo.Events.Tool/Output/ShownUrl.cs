namespace WebSo.Events;

// A URL without what may be secret in it: credentials and query.
internal static class ShownUrl
{
    public static string Of(Uri url) => $"{url.Scheme}://{url.Authority}{url.AbsolutePath}{(url.Query.Length > 0 ? "?***" : "")}";
}
