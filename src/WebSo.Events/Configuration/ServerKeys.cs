namespace WebSo.Events.Configuration;

// The event keys of the server's config.ini.
internal static class ServerKeys
{
    public const string Url = "webso_events_url";
    public const string Filter = "webso_events_filter";
    public const string Retry = "webso_events_retry";
    public const string Retries = "webso_events_retries";
    public const string HeaderNames = "webso_events_keys";
    public const string HeaderValues = "webso_events_values";

    private static readonly string[] s_all = [Url, Filter, Retry, Retries, HeaderNames, HeaderValues];

    public static bool IsKnown(string key) => Array.IndexOf(s_all, key) >= 0;

    public static bool IsHeaderKey(string key) => key is HeaderNames or HeaderValues;

    public static string Nearest(string key) => NearestName.Of(key, s_all);

    // Whether the key is probably a misspelled known key.
    public static bool IsMisspelled(string key) => !IsKnown(key) && NearestName.IsNear(key, Nearest(key));

    // The key in a form that is safe to show: without '=', the key may include the value, so the rest is cut off.
    public static string Show(string key) => NearestName.Shown(key, s_all, c => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'));
}
