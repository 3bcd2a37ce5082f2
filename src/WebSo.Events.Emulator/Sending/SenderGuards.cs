using WebSo.Events.ESign.Linting;

namespace WebSo.Events.Emulator.Sending;

// Refuses invalid settings in the constructor, not at the first event. No message contains a query, which can be secret.
internal static class SenderGuards
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // Like Java: path and query are sent unchanged and without the fragment; an empty path becomes '/'.
    private static readonly UriCreationOptions s_asGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri ParseUrl(string url, string parameter)
    {
        var text = url.Trim();
        if (!UrlLint.TryParse(text, out _) || HasNoAuthority(text))
            throw new ArgumentException($"'{ShownUrl.Of(url)}' is not an absolute http or https URL. Use a URL like 'https://host/webso/events'.", parameter);

        if (!text.All(c => c is > ' ' and < '\x7F'))
        {
            throw new ArgumentException(
                $"'{ShownUrl.Of(url)}' contains a space or a non-ASCII character. The server sends it unescaped, so every call is answered with 400. Remove it or percent-encode it (%20 for a space).", parameter);
        }

        return new Uri(CallbackUri.WithPath(text.Split('#')[0]), s_asGiven);
    }

    public static void Validate(WebSoServerConfiguration configuration, WebSoEmulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.TimeProvider);
        var bounds = new BoundsCheck();
        bounds.Time(nameof(options.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromMilliseconds(1), s_day);
        bounds.Time(nameof(options.SlowRequestDuration), options.SlowRequestDuration, TimeSpan.Zero, s_day);
        bounds.Number(nameof(options.LogCapacity), options.LogCapacity, 0, int.MaxValue);
        if (options.FaultRate is not (>= 0 and <= 1))
            bounds.Problems.Add("FaultRate is a probability. Set a number from 0 to 1.");
        if (bounds.Problems.Count > 0)
            throw new ArgumentOutOfRangeException(nameof(options), string.Join(" ", bounds.Problems));

        if (options.ContentType?.Any(char.IsControl) == true)
            throw new ArgumentException("ContentType contains a control character, which would end the header. Remove it.", nameof(options));

        var sockets = options.Faults & FaultPlan.NeedingSockets;
        if (options.Handler is not null && sockets != WebSoFaults.None)
        {
            throw new ArgumentException(
                $"The faults {sockets} need sockets, but Handler is set. Leave Handler unset and call a server on a port, or remove these faults.",
                nameof(options));
        }

        if (options.Handler is HttpClientHandler { AllowAutoRedirect: true } or SocketsHttpHandler { AllowAutoRedirect: true })
            throw new ArgumentException("Handler follows redirects differently than the server does. Set its AllowAutoRedirect to false and use FollowRedirects of the options.", nameof(options));

        for (var i = 0; i < configuration.Headers.Count; i++)
        {
            if (!HeaderName.IsValid(configuration.Headers[i].Key))
                throw new ArgumentException($"Name {i + 1} in webso_events_keys is not valid for an HTTP header. Use letters, digits and hyphens.", nameof(configuration));
        }
    }

    // .NET treats a backslash as a slash. Java refuses it here.
    private static bool HasNoAuthority(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        var end = authority < 0 ? 0 : url.IndexOfAny(['/', '\\', '?', '#'], authority + 3);
        return authority < 0 || (end >= 0 && url[end] == '\\');
    }
}
