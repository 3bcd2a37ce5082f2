namespace WebSo.Events;

// What can't work is refused where it stands, not at the first event.
internal static class SenderGuards
{
    public static Uri ParseUrl(string url, string parameter)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"'{url}' is no absolute http or https URL: give one as 'https://host/webso/events'.", parameter);

        // An HttpClient would escape it.
        return url.Trim().All(c => c is > ' ' and < '\x7F')
            ? uri
            : throw new ArgumentException(
                $"'{url}' has a space or a character that is not ASCII. The server sends it unescaped, so every call is answered with 400. Delete it, or write it as %20 and the like.", parameter);
    }

    public static void Validate(WebSoServerConfiguration configuration, WebSoEventSenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.TimeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AttemptTimeout, TimeSpan.FromMilliseconds(1), nameof(options.AttemptTimeout));
        ArgumentOutOfRangeException.ThrowIfNegative(options.LogCapacity, nameof(options.LogCapacity));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SlowRequestDuration, TimeSpan.Zero, nameof(options.SlowRequestDuration));
        if (options.FaultRate is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.FaultRate, "FaultRate is a likelihood: give a number from 0 to 1.");

        var sockets = options.Faults & FaultPlan.NeedingSockets;
        if (options.Handler is not null && sockets != WebSoFaults.None)
        {
            throw new ArgumentException(
                $"The faults {sockets} need sockets, and Handler takes their place: leave Handler unset and call a server on a port, or leave these faults out.",
                nameof(options));
        }

        if (options.Handler is HttpClientHandler { AllowAutoRedirect: true } or SocketsHttpHandler { AllowAutoRedirect: true })
            throw new ArgumentException("Handler follows redirects otherwise than the server does: set its AllowAutoRedirect to false, and FollowRedirects of the options as wanted.", nameof(options));

        foreach (var header in configuration.Headers)
        {
            if (!IsToken(header.Key))
                throw new ArgumentException($"webso_events_keys has '{header.Key}', which is no name of an HTTP header.", nameof(configuration));
        }
    }

    // RFC 9110, 5.6.2.
    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
