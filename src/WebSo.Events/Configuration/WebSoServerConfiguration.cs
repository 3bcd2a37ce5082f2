using System.Globalization;
using System.Text;

namespace WebSo.Events;

/// <summary>What the server's config.ini says about events: the keys that begin with <c>webso_events_</c>.</summary>
/// <remarks>
/// Lines that begin with <c>;</c> or <c>#</c> are comments; a line is split at its first <c>=</c>; sections and other keys are ignored;
/// of a key given twice the last counts. Nothing in the text makes an exception: an unreadable number counts as not set.
/// </remarks>
public sealed class WebSoServerConfiguration
{
    private readonly List<ConfigurationLine> _lines;
    private readonly List<ConfigurationLine> _others;

    private WebSoServerConfiguration(List<ConfigurationLine> lines, List<ConfigurationLine> others)
    {
        (_lines, _others) = (lines, others);
        Url = ValueOf("webso_events_url");
        Filter = ValueOf("webso_events_filter");
        RetryDelay = ReadNumber("webso_events_retry", minimum: 0) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        MaxRetries = ReadNumber("webso_events_retries", minimum: -1);
        var names = ReadList("webso_events_keys");
        var values = ReadList("webso_events_values");
        Headers = [.. names.Zip(values, (name, value) => new KeyValuePair<string, string>(name, value))];
        HeadersAreWhole = names.Count == values.Count;
    }

    /// <summary><c>webso_events_url</c>: the URL that is called, as it stands there. Null: not set, the server fires no events.</summary>
    public string? Url { get; }

    /// <summary><c>webso_events_filter</c>: the names of the events that are fired. Null: all.</summary>
    public string? Filter { get; }

    /// <summary>
    /// <c>webso_events_retry</c>: the pause before a failed call is repeated; in ms in the file. Null: not set, or no number.
    /// Older servers repeat after 5000 ms then, newer ones never.
    /// </summary>
    public TimeSpan? RetryDelay { get; }

    /// <summary><c>webso_events_retries</c>: how often a failed call is repeated; -1 without end. Null: not set, which means -1, or no number.</summary>
    public int? MaxRetries { get; }

    /// <summary><c>webso_events_keys</c> and <c>webso_events_values</c>: the extra headers of each call, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Whether as many header values as names are given. Where not, those that are too many are not in <see cref="Headers"/>.</summary>
    public bool HeadersAreWhole { get; }

    /// <summary>Reads a config.ini: UTF-8, or ISO-8859-1 where it is not valid UTF-8.</summary>
    /// <exception cref="IOException">The file is not there or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static WebSoServerConfiguration Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parse(Decode(File.ReadAllBytes(path)));
    }

    /// <summary>Reads the text of a config.ini.</summary>
    public static WebSoServerConfiguration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        var lines = new List<ConfigurationLine>();
        var others = new List<ConfigurationLine>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim().TrimStart('\uFEFF');
            var split = line.IndexOf('=');
            if (split <= 0 || line[0] is ';' or '#')
                continue;

            var key = line.Substring(0, split).Trim();
            var target = key.StartsWith("webso_events_", StringComparison.Ordinal) ? lines : others;
            target.Add(new ConfigurationLine(number, key, line.Substring(split + 1).Trim()));
        }

        return new WebSoServerConfiguration(lines, others);
    }

    /// <summary>Says what is wrong or dangerous in it, in order of the lines; what is about the whole comes last. Nothing found: none.</summary>
    public IReadOnlyList<WebSoLintFinding> Lint() => [.. new ServerConfigurationLint(this, _lines).Run(_others)];

    /// <summary>Says what is wrong or dangerous in the CallbackUrl of a document.</summary>
    /// <param name="callbackUrl">The URL, as it stands in the ESign XML.</param>
    /// <param name="line">Its line there, from 1. Not set: not known.</param>
    public static IReadOnlyList<WebSoLintFinding> LintCallbackUrl(string callbackUrl, int? line = null)
    {
        ArgumentNullException.ThrowIfNull(callbackUrl);
        return [.. UrlLint.Check("CallbackUrl", callbackUrl, line)];
    }

    private static string Decode(byte[] bytes)
    {
        if (Utf8Text.IndexOfInvalid(bytes) < 0)
            return Encoding.UTF8.GetString(bytes);

        return Encoding.GetEncoding("ISO-8859-1").GetString(bytes);
    }

    private string? ValueOf(string key)
    {
        var value = _lines.FindLast(line => line.Key == key)?.Value;
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private int? ReadNumber(string key, int minimum) =>
        int.TryParse(ValueOf(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum ? number : null;

    private List<string> ReadList(string key) => ValueOf(key) is { } value ? [.. value.Split(',').Select(part => part.Trim())] : [];
}
