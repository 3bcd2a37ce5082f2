using System.Collections;
using System.Net;

namespace WebSo.Events.Diagnostics;

// The state of a log line for structured loggers: the sanitized text and the sanitized values by name.
internal sealed class SafeLogState(string text, IReadOnlyList<KeyValuePair<string, object?>>? values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string Template = "{OriginalFormat}";
    private const int MaxValueLength = 2048;

    public int Count => values?.Count ?? 0;

    public KeyValuePair<string, object?> this[int index] => MakeSafe((values ?? [])[index]);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => text;

    // Numbers, times, IDs and addresses can't contain untrusted text. The template is a constant.
    private static KeyValuePair<string, object?> MakeSafe(KeyValuePair<string, object?> pair) =>
        pair.Key == Template || pair.Value is null or bool or IFormattable or IPAddress
            ? pair
            : new(pair.Key, LogText.Of(pair.Value.ToString() ?? "", MaxValueLength));
}
