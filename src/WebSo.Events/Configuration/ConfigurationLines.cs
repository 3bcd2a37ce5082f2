namespace WebSo.Events;

// The lines of a config.ini: those with our keys, those that begin with one but have no '=' behind it, and those with other keys.
internal sealed class ConfigurationLines
{
    private const string Prefix = "webso_events_";

    private static readonly char[] s_otherSeparators = [':', ' ', '\t'];

    private readonly List<ConfigurationLine> _ours = [];
    private readonly List<ConfigurationLine> _unseparated = [];
    private readonly List<ConfigurationLine> _others = [];

    public ConfigurationLines(string text)
    {
        // The server's Java may not remove the mark, and then the first key begins with it.
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

    // Of a key that is set twice the last counts. Null: not set, or empty.
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
