namespace WebSo.Events.Configuration;

// The key lines of a config.ini: webso_events_ keys, webso_events_ keys without '=', and all other keys.
internal sealed class ConfigurationLines
{
    private const string Prefix = "webso_events_";

    private static readonly char[] s_otherSeparators = [':', ' ', '\t'];

    private readonly List<ConfigurationLine> _ours = [];
    private readonly List<ConfigurationLine> _unseparated = [];
    private readonly List<ConfigurationLine> _others = [];

    public ConfigurationLines(string text)
    {
        // The server may not strip the byte order mark, and then reads it as part of the first key.
        HasMarkBeforeKey = text.StartsWith("\uFEFF" + Prefix, StringComparison.Ordinal);
        var number = 0;
        foreach (var line in text.Replace("\r\n", "\n").Split('\n', '\r'))
            Add(++number, line.Trim().TrimStart('\uFEFF').TrimStart());
    }

    public bool HasMarkBeforeKey { get; }

    public bool HasKeys => _ours.Count > 0 || _unseparated.Count > 0;

    public IReadOnlyList<ConfigurationLine> Ours => _ours;

    public IReadOnlyList<ConfigurationLine> Unseparated => _unseparated;

    public IReadOnlyList<ConfigurationLine> Others => _others;

    // The last value of the key. Null if the key is not set or is empty.
    public string? ValueOf(string key) => _ours.FindLast(line => line.Key == key)?.Value is { Length: > 0 } value ? value : null;

    public string[] ListOf(string key) => ValueOf(key) is { } value ? [.. value.Split(',').Select(part => part.Trim())] : [];

    public int? NumberOf(string key) => _ours.FindLast(line => line.Key == key)?.Number;

    private void Add(int number, string line)
    {
        if (line.Length == 0 || line[0] is ';' or '#')
            return;

        var split = line.IndexOf('=');
        var key = (split < 0 ? line : line.Substring(0, split)).Trim();
        var separator = key.IndexOfAny(s_otherSeparators);
        if (key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && (split < 0 || separator >= 0))
            _unseparated.Add(new ConfigurationLine(number, separator < 0 ? key : key.Substring(0, separator), ""));
        else if (split > 0)
            (key.StartsWith(Prefix, StringComparison.Ordinal) ? _ours : _others).Add(new ConfigurationLine(number, key, line.Substring(split + 1).Trim()));
    }
}
