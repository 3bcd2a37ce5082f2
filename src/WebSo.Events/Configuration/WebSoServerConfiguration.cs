using System.Globalization;

namespace WebSo.Events;

/// <summary>What the server's config.ini says about events: the keys that begin with <c>webso_events_</c>.</summary>
/// <remarks>
/// The format is <c>key=value</c>, one a line; lines end with LF, CR or CRLF. Lines that begin with <c>;</c> or <c>#</c> are comments; a
/// line is split at its first <c>=</c>; sections and other keys are ignored; of a key that is set twice the last counts. An unreadable
/// number counts as not set. <c>WebSoLinter</c>, in the package WebSo.Events.ESign, finds mistakes in a file.
/// </remarks>
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

    /// <summary><c>webso_events_url</c>: the URL that is called, as it is in the file. Null: not set, the server sends no events.</summary>
    public string? Url { get; }

    /// <summary><c>webso_events_filter</c>: the names of the events that are sent. Null: all.</summary>
    public string? Filter { get; }

    /// <summary>
    /// <c>webso_events_retry</c>: the delay before a failed call is repeated; in ms in the file. Null: not set, or no number.
    /// Servers of the first generation then repeat after 5000 ms, later ones never.
    /// </summary>
    public TimeSpan? RetryDelay { get; }

    /// <summary><c>webso_events_retries</c>: how often a failed call is repeated; -1 for no limit. Null: not set, which means -1, or no number.</summary>
    public int? MaxRetries { get; }

    /// <summary><c>webso_events_keys</c> and <c>webso_events_values</c>: the extra headers of each call, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Whether there are as many header values as names. If not, the rest is not in <see cref="Headers"/>.</summary>
    public bool HeadersAreWhole { get; }

    internal ConfigurationLines Lines { get; }

    /// <summary>
    /// Reads a config.ini: UTF-8, UTF-16 or UTF-32, with or without a byte order mark, else windows-1252. It refuses a file that does not say
    /// for certain which headers the server sends, so that a receiver that requires them is never left open: the headers that it returns
    /// are whole.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The file has no key that begins with <c>webso_events_</c>; a key without <c>=</c> behind it (such as <c>key: value</c>);
    /// <c>webso_events_keys</c> or <c>webso_events_values</c> misspelled or twice; another number of header values than of names; a header
    /// twice; or parts in different encodings. The message names the line.
    /// </exception>
    /// <exception cref="IOException">The file is not there or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static WebSoServerConfiguration Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        var configuration = Parse(ConfigurationText.Decode(File.ReadAllBytes(path), out _, out var encodingProblem));
        if (encodingProblem is not null)
            throw new InvalidDataException($"{path}: {encodingProblem} So it is not certain which headers the server sends. Save the whole file as UTF-8 without a byte order mark (BOM).");
        if (!configuration.Lines.HasKeys)
            throw new InvalidDataException($"{path}: No key starts with webso_events_. Pass the path of the server's config.ini.");
        return HeaderProblems.Find(configuration.Lines) is { } problem
            ? throw new InvalidDataException($"{path}, {problem} So it is not certain which headers the server sends. Run 'webso-events lint' on the file, and fix the errors.")
            : configuration;
    }

    /// <summary>Reads the text of a config.ini. Nothing in the text makes an exception.</summary>
    public static WebSoServerConfiguration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WebSoServerConfiguration(new ConfigurationLines(text));
    }

    private int? ReadNumber(string key, int minimum) =>
        int.TryParse(Lines.ValueOf(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum ? number : null;
}
