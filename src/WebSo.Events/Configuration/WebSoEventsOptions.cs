namespace WebSo.Events;

/// <summary>
/// The options of an endpoint. Bound from the configuration sections <c>WebSoEvents</c> (the default endpoint) and
/// <c>WebSoEvents:Endpoints:NAME</c>, then set in code. Validated when the host starts; changes take effect without a restart.
/// </summary>
public sealed class WebSoEventsOptions
{
    /// <summary>
    /// The events that are let through, as <c>webso_events_filter</c> of the server: names separated by commas. Not set: all.
    /// An event that is kept out is answered with 200 and dropped.
    /// </summary>
    public string? Filter { get; set; }

    /// <summary>
    /// The largest body that is read, in bytes: from 256 to 16777216 (16 MiB). A larger one is answered with 413.
    /// All bodies that an endpoint receives or handles at a time hold at most 64 MiB; further calls are answered with 503.
    /// </summary>
    /// <value>Default: 65536 (64 KiB). The documented events have about 100 bytes.</value>
    public int MaxBodySize { get; set; } = 64 * 1024;

    /// <summary>
    /// The longest query that is taken, in characters: from 512 to 65536. A longer one is answered with 414. A web server has limits of
    /// its own, as Kestrel's 8 KiB for the whole request line, and answers by itself what is longer.
    /// </summary>
    /// <value>Default: 8192.</value>
    public int MaxQueryLength { get; set; } = 8 * 1024;

    /// <summary>How long the receiver waits for a body: from 1 ms to 1 hour. After it, 408 is answered.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one handler may run for one event: from 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// After it, its token is cancelled; the event counts as failed when the handler then ends with an exception. A handler that ignores its
    /// token is not cut off: without an inbox the call waits for it, and when it completes after all, the event is handled.
    /// </summary>
    /// <value>Default: 5 minutes. Without an inbox the server waits as long for its answer; its own limit is not documented.</value>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The pause after which the server repeats a failed call, its <c>webso_events_retry</c>. An inbox derives from it how long a repeat
    /// is expected. Not set: not known.
    /// </summary>
    public TimeSpan? ServerRetryDelay { get; set; }

    /// <summary>
    /// Headers that each call must have, by name, each with the values that are valid at present (several while a secret is changed).
    /// A call without is answered with 401. Empty: none.
    /// </summary>
    public IDictionary<string, IList<string>> RequiredHeaders { get; } = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Users of HTTP Basic authentication, each with the passwords that are valid at present. Where there is one, each call must bear
    /// one of them, and all of <see cref="RequiredHeaders"/>. Empty: none.
    /// </summary>
    public IDictionary<string, IList<string>> BasicCredentials { get; } = new Dictionary<string, IList<string>>(StringComparer.Ordinal);

    /// <summary>
    /// The networks that calls may come from: addresses and CIDR networks, IPv4 and IPv6, as <c>10.0.0.0/8</c>, <c>192.0.2.7</c>,
    /// <c>2001:db8::/32</c>. A call from elsewhere, or from an address that is not known, is answered with 403. Empty: all.
    /// </summary>
    /// <remarks>
    /// What counts is the address that the web server gives. Behind a proxy that is the proxy's, unless the web server itself is told to
    /// believe its headers: in ASP.NET Core by <c>UseForwardedHeaders</c> with <c>KnownProxies</c>. A header alone is never believed.
    /// An IPv4 address that a socket for both families shows as <c>::ffff:192.0.2.7</c> counts as the IPv4 address.
    /// </remarks>
    public IList<string> AllowedNetworks { get; } = new List<string>();

    /// <summary>
    /// The keys of signed callback URLs (<see cref="WebSoCallbackUrls"/>), by ID: 1 to 16 letters, digits, <c>.</c>, <c>_</c> or <c>-</c>,
    /// their case does not matter. Each is at least 32 random bytes as base64. Each is valid, and <see cref="CallbackSigningKey"/> signs.
    /// Where there is one, a signature in the query of a call is verified, and a wrong or expired one answered with 401.
    /// Empty: signatures are not looked at.
    /// </summary>
    public IDictionary<string, string> CallbackKeys { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The ID of the key in <see cref="CallbackKeys"/> that signs new URLs. Not set: the only one.</summary>
    public string? CallbackSigningKey { get; set; }

    /// <summary>
    /// Whether each call must come by a signed callback URL; one without is answered with 401. It comes on top of
    /// <see cref="RequiredHeaders"/> and <see cref="BasicCredentials"/>.
    /// </summary>
    /// <value>Default: false, since documents without a URL of their own use the server's <c>webso_events_url</c>.</value>
    public bool RequireSignedCallbackUrl { get; set; }

    /// <summary>Demands a header of each call: the server's <c>webso_events_keys</c> and <c>webso_events_values</c>.</summary>
    /// <param name="name">The name; its case does not matter.</param>
    /// <param name="values">The values that are valid; added to those given before.</param>
    public void RequireHeader(string name, params string[] values) => Add(RequiredHeaders, name, values);

    /// <summary>Demands HTTP Basic authentication: the server sends <c>Authorization</c> as one of its <c>webso_events_keys</c>.</summary>
    /// <param name="user">The user; it can't contain a colon.</param>
    /// <param name="passwords">The passwords that are valid; added to those given before.</param>
    public void RequireBasicAuthentication(string user, params string[] passwords) => Add(BasicCredentials, user, passwords);

    /// <summary>
    /// Takes the server's own config.ini: its filter becomes <see cref="Filter"/>, its extra headers are demanded of each call, and its
    /// pause becomes <see cref="ServerRetryDelay"/>. Read at start, and again whenever the application's configuration is reloaded;
    /// a change of the file alone is not noticed.
    /// </summary>
    /// <param name="path">The path of the file, or of a copy of it.</param>
    /// <exception cref="IOException">The file is not there or can't be read.</exception>
    /// <exception cref="InvalidDataException">The file gives another number of header values than of names.</exception>
    public void UseServerConfiguration(string path)
    {
        var configuration = WebSoServerConfiguration.Read(path);
        if (!configuration.HeadersAreWhole)
        {
            throw new InvalidDataException(
                $"{path}: webso_events_keys and webso_events_values are not equally many. Give a value for each name; a value can hold no comma.");
        }

        Filter = configuration.Filter;
        ServerRetryDelay = configuration.RetryDelay;
        foreach (var header in configuration.Headers)
            RequireHeader(header.Key, header.Value);
    }

    private static void Add(IDictionary<string, IList<string>> to, string key, string[] values)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(values);
        if (!to.TryGetValue(key, out var list))
            to.Add(key, list = new List<string>());
        foreach (var value in values)
            list.Add(value);
    }
}
