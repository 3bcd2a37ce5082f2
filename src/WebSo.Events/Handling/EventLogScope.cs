using System.Collections;

namespace WebSo.Events.Handling;

// The log scope of a handler. A struct, so that it allocates nothing if no log provider uses scopes.
internal readonly struct EventLogScope(WebSoEvent e, WebSoEventContext context) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Endpoint", context.EndpointName),
        1 => new("Event", LogText.Of(e.EventName)),
        2 => new("DocumentId", LogText.Of(e.DocumentId)),
        3 => new("DeliveryId", context.DeliveryId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // The text that the console logger shows.
    public override string ToString() =>
        $"Endpoint:{context.EndpointName} Event:{LogText.Of(e.EventName)} DocumentId:{LogText.Of(e.DocumentId)} DeliveryId:{context.DeliveryId}";
}
