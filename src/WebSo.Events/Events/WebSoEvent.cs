using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>An event of WebSignatureOffice: something happened to a document.</summary>
/// <remarks>
/// The server gives an event no ID, no time and no version; what identifies one receipt of it is
/// <see cref="WebSoEventContext.DeliveryId"/>. Abstract, so that an event of a future server is a record of yours:
/// see <c>AddEventType</c>.
/// </remarks>
[JsonConverter(typeof(WebSoEventJsonConverter<WebSoEvent>))]
public abstract record WebSoEvent
{
    private string _documentId = "";
    private WebSoExtraProperties _extraProperties = WebSoExtraProperties.Empty;

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
    /// The ID of the document, the property <c>document_id</c>. Never empty in a documented event that was read;
    /// empty in others where it is absent. IDs of two servers can collide: use an endpoint per server.
    /// </summary>
    [JsonPropertyName("document_id")]
    [JsonConverter(typeof(WireTextJsonConverter))]
    public string DocumentId
    {
        get => _documentId;
        init => _documentId = value ?? "";
    }

    /// <summary>What was sent and the type does not know. Compared by content, and written back. Not set: empty.</summary>
    [JsonIgnore]
    public WebSoExtraProperties ExtraProperties
    {
        get => _extraProperties;
        init => _extraProperties = value ?? WebSoExtraProperties.Empty;
    }

    // For event types of the integrator: a JsonTypeInfo can fill neither the name nor the extras.
    internal void SetWireValues(string eventName, WebSoExtraProperties extraProperties)
    {
        EventName = eventName;
        _extraProperties = extraProperties;
    }
}
