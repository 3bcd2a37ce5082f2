using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace WebSo.Events;

// Reads one section of a configuration by hand, since the framework's binder uses reflection. Nothing throws: what can't be read is a problem.
internal sealed class SectionReader(IConfigurationSection section)
{
    private readonly List<string> _keys = [];

    // The keys that were asked for: all that the section can have.
    public IReadOnlyList<string> Keys => _keys;

    public List<SectionProblem> Problems { get; } = [];

    public string? Text(string key)
    {
        var value = Child(key);
        if (!value.GetChildren().Any())
            return value.Value?.Trim();

        Refuse(key, $"{value.Path} is a list or a section. Write a single value.");
        return null;
    }

    public bool? Boolean(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (bool.TryParse(text, out var value))
            return value;

        Refuse(key, $"{Child(key).Path} is '{text}'. Write true or false.");
        return null;
    }

    public long? Number(string key, long most = long.MaxValue)
    {
        if (Text(key) is not { Length: > 0 } text)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value <= most && value >= -most)
            return value;

        Refuse(key, $"{Child(key).Path} is '{text}'. Write a whole number.");
        return null;
    }

    public TimeSpan? Time(string key)
    {
        if (Text(key) is not { Length: > 0 } text)
            return null;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value))
            return value;

        Refuse(key, $"{Child(key).Path} is '{text}'. Write a time as hh:mm:ss.");
        return null;
    }

    public void Refuse(string key, string message) => Problems.Add(new SectionProblem(key, message));

    public IConfigurationSection Child(string key)
    {
        if (!_keys.Contains(key))
            _keys.Add(key);
        return section.GetSection(key);
    }
}
