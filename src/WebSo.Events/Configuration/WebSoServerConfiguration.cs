using System.Globalization;

namespace WebSo.Events;

/// <summary>What the server's config.ini says about events: the keys that begin with <c>webso_events_</c>.</summary>
/// <remarks>
/// The format is <c>key=value</c>, one a line; lines end with LF, CR or CRLF. Lines that begin with <c>;</c> or <c>#</c> are comments; a
/// line is split at its first <c>=</c>; sections and other keys are ignored; of a key that is set twice the last counts. An unreadable
/// number counts as not set. <see cref="Lint"/> names what is wrong.
/// </remarks>
public sealed class WebSoServerConfiguration
{
    private readonly ConfigurationLines _lines;

    private WebSoServerConfiguration(ConfigurationLines lines)
    {
        _lines = lines;
        Url = lines.ValueOf("webso_events_url");
        Filter = lines.ValueOf("webso_events_filter");
        RetryDelay = ReadNumber("webso_events_retry", minimum: 0) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        MaxRetries = ReadNumber("webso_events_retries", minimum: -1);
        var names = lines.ListOf("webso_events_keys");
        var values = lines.ListOf("webso_events_values");
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

    /// <summary>
    /// Reads a config.ini: UTF-8, UTF-16 or UTF-32, with or without a byte order mark, else windows-1252. It refuses a file that does not say
    /// for certain which headers the server sends, so that a receiver that requires them is never left open: the headers that it returns
    /// are whole.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The file has no key that begins with <c>webso_events_</c>; a key without <c>=</c> behind it (such as <c>key: value</c>);
    /// <c>webso_events_keys</c> or <c>webso_events_values</c> misspelt or twice; another number of header values than of names; a header
    /// twice; or parts in different encodings. The message names the line.
    /// </exception>
    /// <exception cref="IOException">The file is not there or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static WebSoServerConfiguration Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        var configuration = Parse(ConfigurationText.Decode(File.ReadAllBytes(path), out _, out var encodingProblem));
        if (encodingProblem is not null)
            throw new InvalidDataException($"{path}: {encodingProblem} It is not known which headers the server sends. Save the file in one encoding: UTF-8 without a byte order mark (BOM).");
        if (!configuration._lines.HasKeys)
            throw new InvalidDataException($"{path}: no key begins with webso_events_. Give the path of the server's config.ini.");
        return KeyLint.ProblemOfHeaders(configuration, configuration._lines) is { } problem
            ? throw new InvalidDataException($"{path}, {problem} It is not known which headers the server sends. Run 'webso-events lint' on the file.")
            : configuration;
    }

    /// <summary>Reads the text of a config.ini. Nothing in the text makes an exception.</summary>
    public static WebSoServerConfiguration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WebSoServerConfiguration(new ConfigurationLines(text));
    }

    /// <summary>Says what is wrong or dangerous in it, in order of the lines; what is about the whole file comes last. Nothing found: none.</summary>
    public IReadOnlyList<WebSoLintFinding> Lint() => [.. new ServerConfigurationLint(this, _lines).Run()];

    /// <summary>Says what is wrong or dangerous in a config.ini, also in one that <see cref="Read"/> refuses.</summary>
    /// <exception cref="IOException">The file is not there or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IReadOnlyList<WebSoLintFinding> LintFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        var findings = Parse(ConfigurationText.Decode(File.ReadAllBytes(path), out var isWide, out var problem)).Lint();
        return isWide || problem is not null
            ?
            [
                .. findings,
                new WebSoLintFinding(
                    "file-encoding",
                    WebSoLintSeverity.Error,
                    null,
                    problem is null ? "The file is UTF-16 or UTF-32." : char.ToUpperInvariant(problem[0]) + problem.Substring(1),
                    $"The server reads the file byte by byte, so it probably finds no key {(problem is null ? "and sends no events" : "in the other part")}.",
                    "Save the whole file as UTF-8 without a byte order mark (BOM)."),
            ]
            : findings;
    }

    /// <summary>Says what is wrong or dangerous in the CallbackUrl of a document.</summary>
    /// <param name="callbackUrl">The URL, as it is in the ESign XML.</param>
    /// <param name="line">Its line there, from 1. Not set: not known.</param>
    public static IReadOnlyList<WebSoLintFinding> LintCallbackUrl(string callbackUrl, int? line = null)
    {
        ArgumentNullException.ThrowIfNull(callbackUrl);
        if (callbackUrl.Trim().Length > 0)
            return [.. UrlLint.Check("CallbackUrl", callbackUrl.Trim(), line)];

        return
        [
            new WebSoLintFinding(
                "callback-url-empty",
                WebSoLintSeverity.Warning,
                line,
                "CallbackUrl is empty.",
                "Whether the server then calls webso_events_url, or nothing, is not documented.",
                "Give a URL, or delete the element."),
        ];
    }

    // One call with the same headers, whatever the file says of the URL, the filter and retries.
    internal WebSoServerConfiguration WithHeadersOnly() => Parse(
        $"""
        webso_events_retries=0
        webso_events_keys={string.Join(",", Headers.Select(header => header.Key))}
        webso_events_values={string.Join(",", Headers.Select(header => header.Value))}
        """);

    private int? ReadNumber(string key, int minimum) =>
        int.TryParse(_lines.ValueOf(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum ? number : null;
}
