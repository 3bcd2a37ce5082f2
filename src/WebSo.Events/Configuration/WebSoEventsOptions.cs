namespace WebSo.Events;

/// <summary>
/// The options of an endpoint. Bound from the configuration sections <c>WebSoEvents</c> (the default endpoint) and
/// <c>WebSoEvents:Endpoints:NAME</c>, then set in code. Validated when the host starts; changes take effect without a restart.
/// </summary>
public sealed class WebSoEventsOptions
{
    /// <summary>
    /// The events that are let through, as <c>webso_events_filter</c> of the server: names separated by commas. Not set: all.
    /// An event that is kept out is answered with 200, counted, and dropped.
    /// </summary>
    public string? Filter { get; set; }

    /// <summary>
    /// The largest body that is read, in bytes: from 256 to 16777216 (16 MiB). A larger one is answered with 413.
    /// </summary>
    /// <value>Default: 65536 (64 KiB). The documented events have about 100 bytes.</value>
    public int MaxBodySize { get; set; } = 64 * 1024;

    /// <summary>How long the receiver waits for a body: from 1 ms to 1 hour. After it, 408 is answered.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one handler may run for one event: from 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// After it, its token is cancelled, and the event counts as failed.
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
    /// pause becomes <see cref="ServerRetryDelay"/>.
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
