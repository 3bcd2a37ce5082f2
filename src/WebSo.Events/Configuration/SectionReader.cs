using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Configuration;

// Reads one configuration section without reflection, unlike the configuration binder. Adds a problem for each unreadable value and never
// throws.
internal sealed class SectionReader(IConfigurationSection section)
{
    private readonly List<string> _keys = [];

    // The keys that were read.
    public IReadOnlyList<string> Keys => _keys;

    public List<ConfigurationProblem> Problems { get; } = [];

    public string? Text(string key, string form = "Write a single value.")
    {
        var child = Child(key);
        if (!child.GetChildren().Any())
            return child.Value?.Trim();

        Refuse(key, $"{child.Path} is a list or a section. {form}");
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

    public int? Int32(string key) => (int?)Number(key, int.MaxValue);

    public long? Int64(string key) => Number(key, long.MaxValue);

    public TimeSpan? Time(string key, bool allowInfinite = false)
    {
        if (Text(key) is not { Length: > 0 } text)
            return null;
        if (TimeText.Parse(text, allowInfinite) is { } value)
            return value;

        Refuse(key, $"{Child(key).Path} is '{text}'. {TimeText.SuggestFix(text, allowInfinite)}");
        return null;
    }

    // A list or one comma-separated string. A later configuration source overrides a string as a whole, and a list item by item.
    public IEnumerable<string> List(string key)
    {
        var child = Child(key);
        var items = child.GetChildren().ToList();
        if (items.Exists(item => item.GetChildren().Any()))
            Refuse(key, $"{child.Path} contains a section. Write a list of strings, or one comma-separated string.");
        else if (items.Count > 0 && !string.IsNullOrEmpty(child.Value))
            Refuse(key, $"{child.Path} is a string in one configuration source and a list in another. Use the same form in both.");
        else if (items.Count > 0)
            return items.Select(item => item.Value ?? "");
        else if (child.Value is { } text)
            return text.Split(',').Select(part => part.Trim()).Where(part => part.Length > 0);
        return [];
    }

    // The children of a section whose keys are user-defined names. A name that looks like a comment is refused, because it could be a real
    // guard or a revoked secret. The other children are still returned.
    public IEnumerable<IConfigurationSection> Named(string key, string form)
    {
        var child = Child(key);
        var parts = child.GetChildren().ToList();
        if (!string.IsNullOrEmpty(child.Value))
            Refuse(key, $"{child.Path} is a single value. {form}");
        else if (parts.Exists(part => part.Key == "0"))
            Refuse(key, $"{child.Path} is a list. {form}");
        else
            return parts.Where(part => !IsComment(key, part)).ToList();
        return [];
    }

    private bool IsComment(string key, IConfigurationSection part)
    {
        if (!IsIgnored(part.Key))
            return false;

        Refuse(key, $"{part.Path} starts with '{part.Key[0]}', which marks a key as commented out, but a name can't be commented out. Remove it, or give it another name.");
        return true;
    }

    public IEnumerable<KeyValuePair<string, TimeSpan>> Times(string key, string form)
    {
        var times = new SectionReader(Child(key));
        foreach (var part in Named(key, form))
        {
            if (times.Time(part.Key) is { } time)
                yield return new(part.Key, time);
        }

        foreach (var problem in times.Problems)
            Refuse(key, problem.Message);
    }

    public void Refuse(string key, string message) => Problems.Add(new ConfigurationProblem(key, message));

    // Call this last: the keys that were read are the known keys. addOn is the key of a feature that may not have been added.
    public void RefuseUnknownKeys(IEnumerable<string> others, string? addOn = null, string addOnFix = "")
    {
        if (!string.IsNullOrEmpty(section.Value))
            Refuse("", $"{section.Path} is a single value. Write a section with the keys {string.Join(", ", _keys)}.");

        string[] known = [.. _keys, .. others];
        foreach (var child in section.GetChildren().Where(child => !IsIgnored(child.Key) && !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (string.Equals(child.Key, addOn, StringComparison.OrdinalIgnoreCase))
                Refuse(child.Key, $"{child.Path} would be ignored. {addOnFix}");
            else
                Problems.Add(UnknownKey.Of(child, known));
        }
    }

    public static bool IsIgnored(string key) => key.Length > 0 && key[0] is '$' or '_';

    private long? Number(string key, long most)
    {
        if (Text(key) is not { Length: > 0 } text)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value <= most && value >= -most)
            return value;

        Refuse(key, $"{Child(key).Path} is '{text}'. Write a whole number.");
        return null;
    }

    private IConfigurationSection Child(string key)
    {
        if (!_keys.Contains(key))
            _keys.Add(key);
        return section.GetSection(key);
    }
}
