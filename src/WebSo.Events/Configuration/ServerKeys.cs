namespace WebSo.Events.Configuration;

// The keys of config.ini that concern events.
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

    // Whether an unknown key is probably a known one with a typing error.
    public static bool IsMisspelled(string key) => !IsKnown(key) && NearestName.IsNear(key, Nearest(key));

    // The key as a message may show it. If its '=' is missing, the value follows directly, so the rest is cut off.
    public static string Show(string key) => NearestName.Shown(key, s_all, c => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'));
}
