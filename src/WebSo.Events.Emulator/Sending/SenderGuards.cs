using WebSo.Events.ESign.Linting;

namespace WebSo.Events;

// What can't work is refused where it stands, not at the first event. No message has a query, which may be secret.
internal static class SenderGuards
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // As Java sends it: what is behind the host stays as it is given, without the fragment, and '/' is called where there is no path.
    private static readonly UriCreationOptions s_asGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri ParseUrl(string url, string parameter)
    {
        var text = url.Trim();
        if (!UrlLint.TryParse(text, out _) || HasNoAuthority(text))
            throw new ArgumentException($"'{ShownUrl.Of(url)}' is no absolute http or https URL: give one as 'https://host/webso/events'.", parameter);

        if (!text.All(c => c is > ' ' and < '\x7F'))
        {
            throw new ArgumentException(
                $"'{ShownUrl.Of(url)}' has a space or a character that is not ASCII. The server sends it unescaped, so every call is answered with 400. Delete it, or write it as %20 and the like.", parameter);
        }

        return new Uri(CallbackUri.WithPath(text.Split('#')[0]), s_asGiven);
    }

    public static void Validate(WebSoServerConfiguration configuration, WebSoEventSenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.TimeProvider);
        var bounds = new BoundsCheck();
        bounds.Time(nameof(options.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromMilliseconds(1), s_day);
        bounds.Time(nameof(options.SlowRequestDuration), options.SlowRequestDuration, TimeSpan.Zero, s_day);
        bounds.Number(nameof(options.LogCapacity), options.LogCapacity, 0, int.MaxValue);
        if (options.FaultRate is not (>= 0 and <= 1))
            bounds.Problems.Add("FaultRate is a likelihood. Set a number from 0 to 1.");
        if (bounds.Problems.Count > 0)
            throw new ArgumentOutOfRangeException(nameof(options), string.Join(" ", bounds.Problems));

        if (options.ContentType?.Any(char.IsControl) == true)
            throw new ArgumentException("ContentType has a control character, which would end the header. Delete it.", nameof(options));

        var sockets = options.Faults & FaultPlan.NeedingSockets;
        if (options.Handler is not null && sockets != WebSoFaults.None)
        {
            throw new ArgumentException(
                $"The faults {sockets} need sockets, and Handler takes their place: leave Handler unset and call a server on a port, or leave these faults out.",
                nameof(options));
        }

        if (options.Handler is HttpClientHandler { AllowAutoRedirect: true } or SocketsHttpHandler { AllowAutoRedirect: true })
            throw new ArgumentException("Handler follows redirects otherwise than the server does: set its AllowAutoRedirect to false, and FollowRedirects of the options as wanted.", nameof(options));

        for (var i = 0; i < configuration.Headers.Count; i++)
        {
            if (!HeaderName.IsValid(configuration.Headers[i].Key))
                throw new ArgumentException($"Name {i + 1} in webso_events_keys is not valid for an HTTP header. Use letters, digits and hyphens.", nameof(configuration));
        }
    }

    // .NET takes a backslash for a slash; Java refuses it there.
    private static bool HasNoAuthority(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        var end = authority < 0 ? 0 : url.IndexOfAny(['/', '\\', '?', '#'], authority + 3);
        return authority < 0 || (end >= 0 && url[end] == '\\');
    }
}
