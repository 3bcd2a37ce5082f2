using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>The base of all WebSignatureOffice events. An event reports a change to a document.</summary>
/// <remarks>
/// The server sends no event ID, time or version. <see cref="WebSoEventContext.DeliveryId"/> identifies one received delivery. To receive
/// an undocumented event as your own type, derive a record from this class and register it with <c>AddEventType</c>. To read or write the
/// JSON of the server, use <see cref="WebSoEventSerializer"/>.
/// </remarks>
public abstract record WebSoEvent
{
    private string _documentId = "";
    private ExtraPropertyDictionary _extraProperties = ExtraPropertyDictionary.Empty;
    private bool _isComplete = true;

    /// <summary>Creates an event.</summary>
    /// <param name="eventName">The event name (JSON property <c>event</c>), for example <c>STATUS_CHANGE</c>.</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    protected WebSoEvent(string eventName)
    {
        if (string.IsNullOrEmpty(eventName))
            throw new ArgumentException("An event needs a name. Pass the name that the server sends, for example 'STATUS_CHANGE'.", nameof(eventName));

        EventName = eventName;
    }

    /// <summary>Gets the event name (JSON property <c>event</c>). It is case-sensitive.</summary>
    [JsonIgnore]
    public string EventName { get; private set; }

    /// <summary>
    /// Gets the ID of the document (JSON property <c>document_id</c>). Empty if absent. A received event has at most 256 characters.
    /// IDs of different servers can collide, so use one endpoint per server.
    /// </summary>
    [JsonPropertyName("document_id")]
    public string DocumentId
    {
        get => _documentId;
        init => _documentId = value ?? "";
    }

    /// <summary>
    /// Gets the JSON properties that are not in the other properties of the event: those that the event type does not define, and defined
    /// properties whose values could not be read. A received event has at most 256 of them, in the order they were sent, each nested at
    /// most 31 levels deep. They are part of equality, in any order, and are written when the event is serialized.
    /// </summary>
    /// <value>The default is empty. The initializer copies the dictionary.</value>
    /// <exception cref="ArgumentException">A value is <c>default(JsonElement)</c>.</exception>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement> ExtraProperties
    {
        get => _extraProperties;
        init => _extraProperties = ExtraPropertyDictionary.Of(value);
    }

    /// <summary>
    /// Gets whether every documented property has a value and nothing that was sent is missing. Check it if acting on a default value would
    /// do harm.
    /// </summary>
    /// <value>
    /// The default is true. False if a documented property is absent, null, empty, of the wrong JSON type (the property then has its
    /// default: <c>""</c>, an unknown value, or null) or sent twice; if the charset of the document ID was guessed; if a documented
    /// property contains U+FFFD, which replaces a lost character; or if extra properties were omitted.
    /// </value>
    [JsonIgnore]
    public bool IsComplete
    {
        get => _isComplete;
        init => _isComplete = value;
    }

    // For custom event types: a JsonTypeInfo does not set these properties.
    internal void SetWireValues(string eventName, ExtraPropertyDictionary extraProperties, bool isComplete)
    {
        EventName = eventName;
        _extraProperties = extraProperties;
        _isComplete = isComplete;
    }
}
