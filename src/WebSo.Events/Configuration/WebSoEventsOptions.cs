namespace WebSo.Events;

/// <summary>
/// The options of an endpoint. Read from the configuration section <c>WebSoEvents</c> (the default endpoint),
/// <c>WebSoEvents:Endpoints:NAME</c>, or the one given to <c>AddWebSoEvents</c>, then set in code. Validated when the host starts; changes
/// take effect without a restart.
/// </summary>
/// <remarks>
/// An unknown key, a wrong shape or an ambiguous value in the section stops the start. In the configuration a time is <c>hh:mm:ss</c> or
/// <c>d.hh:mm:ss</c>. Call <c>AddWebSoEvents(section)</c> rather than <c>services.Configure&lt;WebSoEventsOptions&gt;(section)</c>: the
/// framework drops a secret that is a plain text, and reads 5000 as 5,000 days.
/// </remarks>
public sealed class WebSoEventsOptions
{
    /// <summary>
    /// The events that are let through, in the form of <c>webso_events_filter</c> of the server: names separated by commas. Not set or empty: all.
    /// Any other event is answered with 200 and dropped. A name that is neither documented nor added by <c>AddEventType</c> stops the start.
    /// </summary>
    public string? Filter { get; set; }

    /// <summary>
    /// The largest body that is read, in bytes: from 256 to 16777216 (16 MiB). A larger one is answered with 413.
    /// All bodies that an endpoint receives or handles at a time hold at most 64 MiB; further calls are answered with 503.
    /// </summary>
    /// <value>Default: 65536 (64 KiB). The documented events have about 100 bytes.</value>
    public int MaxBodySize { get; set; } = 64 * 1024;

    /// <summary>
    /// The longest query that is accepted, in characters: from 512 to 65536. A longer query is answered with 414. A web server has its own
    /// limits, for example Kestrel 8 KiB for the whole request line, and answers longer ones by itself.
    /// </summary>
    /// <value>Default: 8192.</value>
    public int MaxQueryLength { get; set; } = 8 * 1024;

    /// <summary>How long the receiver waits for a body: from 1 ms to 1 hour. After that it answers with 408.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one handler may run for one event: from 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/> (in the configuration
    /// <c>infinite</c>) for no limit. After that its token is canceled. The event has failed if the handler then ends with an exception. A
    /// handler that ignores its token is not interrupted: without an inbox the call waits for it, and if it completes, the event is handled.
    /// </summary>
    /// <value>Default: 5 minutes. Without an inbox the server waits that long for the response; its own limit is not documented.</value>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the server waits before it repeats a failed call, its <c>webso_events_retry</c>: from 0 to 24 hours. An inbox derives from
    /// it for how long a retry is expected. Not set: not known.
    /// </summary>
    public TimeSpan? ServerRetryDelay { get; set; }

    /// <summary>
    /// Headers that each call must have, by name, each with the values that are valid (several while a secret is replaced). In the
    /// configuration a header has one value, or an object of values by names of your choice. A call without a required header is answered
    /// with 401. Empty: none.
    /// </summary>
    public IDictionary<string, IList<string>> RequiredHeaders { get; private set; } = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Users of HTTP Basic authentication, each with the passwords that are valid. In the configuration a user has one password, or an
    /// object of passwords by names of your choice. If there is a user, each call must carry one of them, and all of
    /// <see cref="RequiredHeaders"/>. If those include <c>Authorization</c>, one of its values must be that of a user. Empty: none.
    /// </summary>
    public IDictionary<string, IList<string>> BasicCredentials { get; private set; } = new Dictionary<string, IList<string>>(StringComparer.Ordinal);

    /// <summary>
    /// The networks that calls may come from: addresses and CIDR networks, IPv4 and IPv6, as <c>10.0.0.0/8</c>, <c>192.0.2.7</c>,
    /// <c>2001:db8::/32</c>. In the configuration a list, or one text with commas. A call from elsewhere, or from an address that is not
    /// known, is answered with 403. Empty: all.
    /// </summary>
    /// <remarks>
    /// What counts is the address that the web server gives. Behind a proxy that is the proxy's, unless the web server itself is told to
    /// believe its headers: in ASP.NET Core by <c>UseForwardedHeaders</c> with <c>KnownProxies</c>. A header alone is never believed, unless
    /// the application believes everybody's: the environment variable <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c> does that.
    /// An IPv4 address that a socket for both families shows as <c>::ffff:192.0.2.7</c> counts as the IPv4 address.
    /// </remarks>
    public IList<string> AllowedNetworks { get; private set; } = new List<string>();

    /// <summary>
    /// The keys of signed callback URLs (<see cref="WebSoCallbackUrls"/>), by ID: 1 to 16 letters, digits, <c>.</c>, <c>_</c> or <c>-</c>,
    /// their case does not matter. Each is at least 32 random bytes as base64. Each is valid, and <see cref="CallbackSigningKey"/> signs.
    /// Where there is one, a signature in the query of a call is verified, and a wrong or expired one answered with 401.
    /// Empty: signatures are not looked at.
    /// </summary>
    public IDictionary<string, string> CallbackKeys { get; private set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The ID of the key in <see cref="CallbackKeys"/> that signs new URLs. Not set: the only one.</summary>
    public string? CallbackSigningKey { get; set; }

    /// <summary>
    /// Whether each call must come by a signed callback URL; one without is answered with 401. It comes on top of
    /// <see cref="RequiredHeaders"/> and <see cref="BasicCredentials"/>.
    /// </summary>
    /// <value>Default: false, since documents without a URL of their own use the server's <c>webso_events_url</c>.</value>
    public bool RequireSignedCallbackUrl { get; set; }

    /// <summary>
    /// What a proxy removes from the beginning of the path before the call reaches the receiver, such as <c>/hooks</c>: not escaped, with a
    /// slash at the beginning and none at the end. A signed callback URL covers the path that the server calls, so the receiver puts the
    /// prefix back before it verifies the signature. Nothing else uses it.
    /// </summary>
    /// <value>
    /// Default: empty, the path arrives unchanged. Leave it empty too where the web server restores the prefix itself, as ASP.NET Core does
    /// from <c>X-Forwarded-Prefix</c> with <c>UseForwardedHeaders</c>.
    /// </value>
    public string CallbackPathPrefix { get; set; } = "";

    /// <summary>
    /// Whether the endpoint may be open: callable by anyone who reaches it, without credentials, signed URL or network restriction.
    /// Set it only where something else keeps strangers out.
    /// </summary>
    /// <remarks>
    /// Without it, an endpoint that has no guard starts in the environment Development only, and a changed configuration that has no guard
    /// leaves the last guards in force. A guard is a required header, a user, a required signed callback URL, networks that leave someone
    /// out, or an authorization policy of ASP.NET Core on the mapped endpoint.
    /// </remarks>
    /// <value>Default: false.</value>
    public bool AllowAnonymousCalls { get; set; }

    // The section that they come from, for messages. Null: that of the endpoint's name.
    internal string? SectionPath { get; set; }

    // What the configuration has and can't be read; the validator reports it.
    internal List<OptionsProblem> Problems { get; } = [];

    // Whether a changed configuration is not fully in force, so that guards of an earlier one still are.
    internal bool HasKeptGuards { get; set; }

    // These options, but with the guards of others.
    internal WebSoEventsOptions WithGuardsOf(WebSoEventsOptions others)
    {
        var copy = (WebSoEventsOptions)MemberwiseClone();
        copy.RequiredHeaders = others.RequiredHeaders;
        copy.BasicCredentials = others.BasicCredentials;
        copy.AllowedNetworks = others.AllowedNetworks;
        copy.CallbackKeys = others.CallbackKeys;
        copy.CallbackSigningKey = others.CallbackSigningKey;
        copy.CallbackPathPrefix = others.CallbackPathPrefix;
        copy.RequireSignedCallbackUrl = others.RequireSignedCallbackUrl;
        copy.AllowAnonymousCalls = others.AllowAnonymousCalls;
        copy.HasKeptGuards = others.HasKeptGuards;
        return copy;
    }

    /// <summary>Demands a header of each call: the server's <c>webso_events_keys</c> and <c>webso_events_values</c>.</summary>
    /// <param name="name">The name; its case does not matter.</param>
    /// <param name="values">The values that are valid; added to those given before.</param>
    public void RequireHeader(string name, params string[] values) => Add(RequiredHeaders, name, values);

    /// <summary>Demands HTTP Basic authentication: the server sends <c>Authorization</c> as one of its <c>webso_events_keys</c>.</summary>
    /// <param name="user">The user; it can't contain a colon.</param>
    /// <param name="passwords">The passwords that are valid; added to those given before.</param>
    public void RequireBasicAuthentication(string user, params string[] passwords) => Add(BasicCredentials, user, passwords);

    /// <summary>
    /// Takes the server's own config.ini: each call must have its extra headers, and its retry delay becomes <see cref="ServerRetryDelay"/>.
    /// Its filter is not taken: the server filters, and a file that is older than the server's would drop events that it sends. The file is read
    /// at the start, and again whenever the application's configuration is reloaded; a change of the file alone is not noticed.
    /// </summary>
    /// <remarks>
    /// Its <c>Authorization</c> header is a required header like any other. Don't call <see cref="RequireBasicAuthentication"/> as well: a call
    /// would need the value of the file and a user of <see cref="BasicCredentials"/>, and the start fails unless that is possible. To accept a
    /// second value, call <see cref="RequireHeader"/> with <c>Authorization</c>. In the configuration, <c>BasicCredentials</c> replaces the
    /// <c>Authorization</c> header of <c>ServerConfiguration</c>.
    /// </remarks>
    /// <param name="path">The path of the file, or of a copy of it.</param>
    /// <exception cref="IOException">The file is not there or can't be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file does not say for certain which headers the server sends: see <see cref="WebSoServerConfiguration.Read"/>.
    /// </exception>
    public void UseServerConfiguration(string path) => Use(WebSoServerConfiguration.Read(path), _ => true);

    internal void Use(WebSoServerConfiguration configuration, Func<string, bool> takesHeader)
    {
        ServerRetryDelay = configuration.RetryDelay;
        foreach (var header in configuration.Headers.Where(header => takesHeader(header.Key)))
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
