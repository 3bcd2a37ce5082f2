using System.Globalization;

namespace WebSo.Events;

/// <summary>The event settings of the server's config.ini: the keys that start with <c>webso_events_</c>.</summary>
/// <remarks>
/// Each line has the format <c>key=value</c> and is split at its first <c>=</c>. Lines end with LF, CR or CRLF. Lines that start with
/// <c>;</c> or <c>#</c> are comments. Sections and other keys are ignored. If a key is set twice, the last value applies. A number that
/// can't be read is treated as not set. To find mistakes in a file, use <c>WebSoLinter</c> in the package WebSo.Events.ESign.
/// </remarks>
/// <example>
/// <code>
/// var configuration = WebSoServerConfiguration.Read("config.ini");
/// Console.WriteLine(configuration.Url);
/// </code>
/// </example>
public sealed class WebSoServerConfiguration
{
    private WebSoServerConfiguration(ConfigurationLines lines)
    {
        Lines = lines;
        Url = lines.ValueOf(ServerKeys.Url);
        Filter = lines.ValueOf(ServerKeys.Filter);
        RetryDelay = ReadNumber(ServerKeys.Retry, minimum: 0) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        MaxRetries = ReadNumber(ServerKeys.Retries, minimum: -1);
        var names = lines.ListOf(ServerKeys.HeaderNames);
        var values = lines.ListOf(ServerKeys.HeaderValues);
        Headers = [.. names.Zip(values, (name, value) => new KeyValuePair<string, string>(name, value))];
        HeadersAreWhole = names.Length == values.Length;
    }

    /// <summary>
    /// Gets <c>webso_events_url</c>: the URL that the server calls, unchanged. Null if not set: the server sends no events.
    /// </summary>
    public string? Url { get; }

    /// <summary>
    /// Gets <c>webso_events_filter</c>: the comma-separated names of the events that the server sends. Null if not set: the server sends
    /// all events.
    /// </summary>
    public string? Filter { get; }

    /// <summary>
    /// Gets <c>webso_events_retry</c>: the delay before the server repeats a failed call, in milliseconds in the file. Null if not set or
    /// not a number: servers of the first generation then repeat after 5000 ms, later servers never.
    /// </summary>
    public TimeSpan? RetryDelay { get; }

    /// <summary>
    /// Gets <c>webso_events_retries</c>: the maximum number of retries of a failed call, or -1 for no limit. Null if not set or not a
    /// number; the server then uses -1.
    /// </summary>
    public int? MaxRetries { get; }

    /// <summary>
    /// Gets the headers that the server adds to each call, in order: <c>webso_events_keys</c> and <c>webso_events_values</c>.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>
    /// Gets whether the file has as many header values as header names. If false, <see cref="Headers"/> omits the unpaired ones.
    /// </summary>
    public bool HeadersAreWhole { get; }

    internal ConfigurationLines Lines { get; }

    /// <summary>
    /// Reads a config.ini in UTF-8, UTF-16 or UTF-32, with or without a byte order mark, or otherwise in windows-1252. A file with
    /// ambiguous headers is refused, so that a receiver that requires these headers is never left open.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="InvalidDataException">
    /// The file has no key that starts with <c>webso_events_</c>; a key is not followed by <c>=</c> (as in <c>key: value</c>);
    /// <c>webso_events_keys</c> or <c>webso_events_values</c> is misspelled or set twice; the numbers of header names and values differ; a
    /// header name occurs twice; or the file mixes encodings. The message contains the line number.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static WebSoServerConfiguration Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        var configuration = Parse(ConfigurationText.Decode(File.ReadAllBytes(path), out _, out var encodingProblem));
        if (encodingProblem is not null)
            throw new InvalidDataException($"{path}: {encodingProblem} The headers that the server sends are therefore ambiguous. Save the whole file as UTF-8 without a byte order mark (BOM).");
        if (!configuration.Lines.HasKeys)
            throw new InvalidDataException($"{path}: No key starts with webso_events_. Pass the path of the server's config.ini.");
        return HeaderProblems.Find(configuration.Lines) is { } problem
            ? throw new InvalidDataException($"{path}, {problem} The headers that the server sends are therefore ambiguous. Run 'webso-events lint' on the file, and fix the errors.")
            : configuration;
    }

    /// <summary>Parses the text of a config.ini. Never throws because of its content.</summary>
    /// <param name="text">The text of the file.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static WebSoServerConfiguration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WebSoServerConfiguration(new ConfigurationLines(text));
    }

    private int? ReadNumber(string key, int minimum) =>
        int.TryParse(Lines.ValueOf(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum ? number : null;
}
