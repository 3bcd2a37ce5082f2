namespace WebSo.Events;

/// <summary>
/// Options of an endpoint. They are read from the configuration section <c>WebSoEvents</c> (the default endpoint),
/// <c>WebSoEvents:Endpoints:NAME</c> (a named endpoint), or the section passed to <c>AddWebSoEvents</c>, and then set in code. They are
/// validated when the host starts. Changes take effect without a restart.
/// </summary>
/// <remarks>
/// The host does not start if the section has an unknown key, a value of the wrong type or an ambiguous value. In the configuration, the
/// format of a time is <c>hh:mm:ss</c> or <c>d.hh:mm:ss</c>. Call <c>AddWebSoEvents(section)</c> instead of
/// <c>services.Configure&lt;WebSoEventsOptions&gt;(section)</c>: the configuration binder ignores a secret that is a single string, and
/// reads 5000 as 5,000 days.
/// </remarks>
public sealed class WebSoEventsOptions
{
    /// <summary>
    /// Gets or sets the comma-separated names of the events to receive, in the format of the server's <c>webso_events_filter</c>. Any other
    /// event is dropped and answered with 200. The host does not start if a name is neither documented nor added with <c>AddEventType</c>.
    /// </summary>
    /// <value>The default is null: all events are received. An empty string has the same effect.</value>
    public string? Filter { get; set; }

    /// <summary>
    /// Gets or sets the maximum size of a body, in bytes: from 256 to 16777216 (16 MiB). A larger body is answered with 413. The bodies
    /// that an endpoint receives and handles at the same time are limited to 64 MiB in total; further calls are answered with 503.
    /// </summary>
    /// <value>The default is 65536 (64 KiB). The bodies of the documented events have about 100 bytes.</value>
    public int MaxBodySize { get; set; } = 64 * 1024;

    /// <summary>
    /// Gets or sets the maximum length of the query, in characters: from 512 to 65536. A longer query is answered with 414. Web servers
    /// have their own limits: Kestrel, for example, refuses a request line longer than 8 KiB by default.
    /// </summary>
    /// <value>The default is 8192.</value>
    public int MaxQueryLength { get; set; } = 8 * 1024;

    /// <summary>Gets or sets how long the receiver waits for a complete body: from 1 ms to 1 hour. Then it answers with 408.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long one handler may run for one event: from 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/> (in the
    /// configuration <c>infinite</c>) for no limit. Then the handler's token is canceled, and the attempt fails if the handler throws. A
    /// handler that ignores its token keeps running: without an inbox the call waits for it, and the event is handled if the handler
    /// completes.
    /// </summary>
    /// <value>
    /// The default is 5 minutes. Without an inbox, the server waits that long for the response; the server's own timeout is not documented.
    /// </value>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets the delay after which the server repeats a failed call, its <c>webso_events_retry</c>: from 0 to 24 hours. An inbox
    /// derives its default duplicate window from this delay.
    /// </summary>
    /// <value>The default is null: the delay is unknown.</value>
    public TimeSpan? ServerRetryDelay { get; set; }

    /// <summary>
    /// Gets the headers that each call must have, by name, each with its valid values. Add a second value while you replace a secret. In
    /// the configuration, a header has one value, or an object of values with names of your choice. A call without a required header is
    /// answered with 401.
    /// </summary>
    /// <value>The default is empty: no header is required.</value>
    public IDictionary<string, IList<string>> RequiredHeaders { get; private set; } = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets the users of HTTP Basic authentication, each with its valid passwords. In the configuration, a user has one password, or an
    /// object of passwords with names of your choice. If there are users, each call must have the credentials of one of them, in addition
    /// to all <see cref="RequiredHeaders"/>. If those include <c>Authorization</c>, one of its values must match a user and password.
    /// </summary>
    /// <value>The default is empty: no user is required.</value>
    public IDictionary<string, IList<string>> BasicCredentials { get; private set; } = new Dictionary<string, IList<string>>(StringComparer.Ordinal);

    /// <summary>
    /// Gets the networks that calls may come from: IPv4 and IPv6 addresses and CIDR networks, for example <c>10.0.0.0/8</c>,
    /// <c>192.0.2.7</c> or <c>2001:db8::/32</c>. In the configuration, they are a list or one comma-separated string. A call from any other
    /// address, or from an unknown address, is answered with 403.
    /// </summary>
    /// <remarks>
    /// The receiver checks the remote address that the web server reports. Behind a proxy, this is the address of the proxy, unless the web
    /// server trusts the proxy's headers: in ASP.NET Core, call <c>UseForwardedHeaders</c> with <c>KnownProxies</c>. Do not set the
    /// environment variable <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>: it trusts the headers of every caller. An IPv4-mapped IPv6 address
    /// such as <c>::ffff:192.0.2.7</c> is treated as the IPv4 address.
    /// </remarks>
    /// <value>The default is empty: calls may come from every address.</value>
    public IList<string> AllowedNetworks { get; private set; } = new List<string>();

    /// <summary>
    /// Gets the keys of signed callback URLs (<see cref="WebSoCallbackUrls"/>), by ID. An ID has 1 to 16 letters, digits, <c>.</c>,
    /// <c>_</c> or <c>-</c>, and is not case-sensitive. A key is at least 32 random bytes as base64. A signature is valid if it was made
    /// with any of the keys; <see cref="CallbackSigningKey"/> signs new URLs. If there are keys, a signature in the query of a call is
    /// verified, and a call with an invalid or expired signature is answered with 401.
    /// </summary>
    /// <value>The default is empty: signatures are ignored.</value>
    public IDictionary<string, string> CallbackKeys { get; private set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets the ID of the key in <see cref="CallbackKeys"/> that signs new URLs. Required if there are several keys.
    /// </summary>
    /// <value>The default is null: the only key signs.</value>
    public string? CallbackSigningKey { get; set; }

    /// <summary>
    /// Gets or sets whether each call must use a signed callback URL, in addition to <see cref="RequiredHeaders"/> and
    /// <see cref="BasicCredentials"/>. A call without a signature is answered with 401.
    /// </summary>
    /// <value>The default is false, because documents without their own callback URL use the server's <c>webso_events_url</c>.</value>
    public bool RequireSignedCallbackUrl { get; set; }

    /// <summary>
    /// Gets or sets the prefix that a proxy removes from the path, unescaped and without a trailing slash, for example <c>/hooks</c>. The
    /// signature of a callback URL covers the path that the server calls, so the receiver adds the prefix before it verifies the signature.
    /// The prefix has no other effect.
    /// </summary>
    /// <value>
    /// The default is empty: the path arrives unchanged. Keep it empty if the web server restores the prefix, as ASP.NET Core does from
    /// <c>X-Forwarded-Prefix</c> with <c>UseForwardedHeaders</c>.
    /// </value>
    public string CallbackPathPrefix { get; set; } = "";

    /// <summary>
    /// Gets or sets whether the endpoint may be open to everyone who can reach it, without credentials, signed URLs or network
    /// restrictions. Set it to true only if something else restricts access.
    /// </summary>
    /// <remarks>
    /// If false, an endpoint without a guard starts only in the Development environment, and a configuration change that removes all guards
    /// keeps the last guards. A guard is a required header, a user, a required signed callback URL, allowed networks that exclude some
    /// addresses, or an ASP.NET Core authorization policy on the mapped endpoint.
    /// </remarks>
    /// <value>The default is false.</value>
    public bool AllowAnonymousCalls { get; set; }

    // The configuration section, for messages. Null if the options were not bound.
    internal string? SectionPath { get; set; }

    // The configuration problems that the binder found. The validator reports them.
    internal List<OptionsProblem> Problems { get; } = [];

    // Whether guards of an earlier configuration still apply, because the changed guards are invalid or would leave none.
    internal bool HasKeptGuards { get; set; }

    // A copy of these options with the guards of others.
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

    /// <summary>
    /// Requires a header in each call. The server sends the headers of <c>webso_events_keys</c> and <c>webso_events_values</c> in its
    /// config.ini.
    /// </summary>
    /// <param name="name">The header name. It is not case-sensitive.</param>
    /// <param name="values">The valid values, which are added to those of earlier calls.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>options.RequireHeader("X-Webso-Key", secret);</code></example>
    public void RequireHeader(string name, params string[] values) => Add(RequiredHeaders, name, values);

    /// <summary>
    /// Requires HTTP Basic authentication in each call. The server sends it if <c>webso_events_keys</c> in its config.ini includes
    /// <c>Authorization</c>.
    /// </summary>
    /// <param name="user">The user name. It can't be empty or contain a colon.</param>
    /// <param name="passwords">The valid passwords, which are added to those of earlier calls.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public void RequireBasicAuthentication(string user, params string[] passwords) => Add(BasicCredentials, user, passwords);

    /// <summary>
    /// Requires the headers of the server's config.ini in each call, and sets <see cref="ServerRetryDelay"/> to the retry delay in the
    /// file. The filter in the file is not used: the server applies it, and an outdated copy would drop events. The file is read at the
    /// start and on each reload of the application's configuration. A change to the file alone has no effect.
    /// </summary>
    /// <remarks>
    /// An <c>Authorization</c> header in the file is a required header like any other. Don't also call <see
    /// cref="RequireBasicAuthentication"/>: a call would need both the value in the file and a user of <see cref="BasicCredentials"/>, and
    /// the host does not start unless one value satisfies both. To accept a second value, call <see cref="RequireHeader"/> with
    /// <c>Authorization</c>. In the configuration, <c>BasicCredentials</c> replaces the <c>Authorization</c> header of
    /// <c>ServerConfiguration</c>.
    /// </remarks>
    /// <param name="path">The path of config.ini, or of a copy.</param>
    /// <exception cref="IOException">The file does not exist or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">
    /// The headers in the file are ambiguous. See <see cref="WebSoServerConfiguration.Read"/>.
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
