using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>An event of WebSignatureOffice: something happened to a document.</summary>
/// <remarks>
/// The server gives an event no ID, no time and no version; what identifies one receipt of it is
/// <see cref="WebSoEventContext.DeliveryId"/>. Abstract, so that an event of a future server is a record of yours:
/// see <c>AddEventType</c>. To read or write the JSON of the server, use <see cref="WebSoEventSerializer"/>.
/// </remarks>
public abstract record WebSoEvent
{
    private string _documentId = "";
    private ExtraPropertyDictionary _extraProperties = ExtraPropertyDictionary.Empty;
    private bool _isComplete = true;

    /// <summary>Creates an event with its name on the wire.</summary>
    /// <param name="eventName">The value of the property <c>event</c>, as <c>STATUS_CHANGE</c>.</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    protected WebSoEvent(string eventName)
    {
        if (string.IsNullOrEmpty(eventName))
            throw new ArgumentException("An event needs its name on the wire, as 'STATUS_CHANGE'.", nameof(eventName));

        EventName = eventName;
    }

    /// <summary>The name on the wire, the value of the property <c>event</c>. Compared ordinally.</summary>
    [JsonIgnore]
    public string EventName { get; private set; }

    /// <summary>
    /// The ID of the document, the property <c>document_id</c>; empty where it is absent. At most 256 characters in an event that was read.
    /// IDs of two servers can collide: use an endpoint per server.
    /// </summary>
    [JsonPropertyName("document_id")]
    public string DocumentId
    {
        get => _documentId;
        init => _documentId = value ?? "";
    }

    /// <summary>
    /// What was sent and is not in the event's own properties: what the type does not know, and the values of its own properties that
    /// could not be read. By name, in order of arrival. At most 256 properties, each nested at most 31 levels. Two events are equal only if
    /// these are, whatever their order. Written back. Not set: empty.
    /// </summary>
    /// <value>A copy of what is set. A value that is <c>default(JsonElement)</c> is refused with an <see cref="ArgumentException"/>.</value>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement> ExtraProperties
    {
        get => _extraProperties;
        init => _extraProperties = ExtraPropertyDictionary.Of(value);
    }

    /// <summary>
    /// Whether the event is all that was sent, with a value in each documented property. Not set: true.
    /// Check it where a default would do harm.
    /// </summary>
    /// <value>
    /// False where a documented property is absent, null, empty, of another JSON type, or given twice, and has its default: <c>""</c>, an
    /// unknown value, or a null count. False, too, where the ID of the document had to be decoded by a guess, where a documented property
    /// holds U+FFFD (a character that was lost), and where extra properties were left out.
    /// </value>
    [JsonIgnore]
    public bool IsComplete
    {
        get => _isComplete;
        init => _isComplete = value;
    }

    // For event types of the integrator: a JsonTypeInfo can fill none of these.
    internal void SetWireValues(string eventName, ExtraPropertyDictionary extraProperties, bool isComplete)
    {
        EventName = eventName;
        _extraProperties = extraProperties;
        _isComplete = isComplete;
    }
}
