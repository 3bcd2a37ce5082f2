using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebSo.Events;

/// <summary>Reads and writes events as the server sends them. Immutable, and safe to use from many threads.</summary>
/// <remarks>
/// An event is one JSON object with a non-empty <c>event</c>. Reading tolerates names without quotes, raw control characters in texts,
/// numbers and booleans where texts are documented, any properties it does not know, UTF-16, and bytes that are not UTF-8
/// (read as windows-1252). A documented property that is absent or unreadable has its default, and
/// <see cref="WebSoEvent.IsComplete"/> is false.
/// </remarks>
/// <example>
/// <code>
/// WebSoEvent e = WebSoEventSerializer.Default.Deserialize("""{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""");
/// </code>
/// </example>
public sealed class WebSoEventSerializer
{
    // As the server writes: only what JSON demands is escaped.
    private static readonly JsonWriterOptions s_writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UnknownEventType s_unknown = new();

    private readonly WebSoEventType[] _types;

    private WebSoEventSerializer(WebSoEventType[] types) => _types = types;

    /// <summary>Knows the documented events. Any other is read as <see cref="UnknownWebSoEvent"/>.</summary>
    public static WebSoEventSerializer Default { get; } = new(
    [
        new StatusChangeEventType(),
        new FieldSignedOrRejectedEventType(),
        new UserFinishEventType(),
        new RenderReturnEventType(),
    ]);

    // The events that it knows, in no order.
    internal IEnumerable<string> EventNames => _types.Select(type => type.EventName);

    /// <summary>A serializer that also knows one more event, for example one of a future server.</summary>
    /// <param name="eventName">Its name on the wire. The same name and type again change nothing.</param>
    /// <param name="typeInfo">
    /// How its properties are read and written, from a <c>JsonSerializerContext</c> of yours. A number or a boolean is read into a property of
    /// type string as its text, unless the property has a converter of its own.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, or another type has it.</exception>
    public WebSoEventSerializer WithEventType<TEvent>(string eventName, JsonTypeInfo<TEvent> typeInfo)
        where TEvent : WebSoEvent
    {
        if (string.IsNullOrEmpty(eventName))
            throw new ArgumentException("An event type needs the event's name on the wire, as 'ENVELOPE_FINISHED'.", nameof(eventName));
        ArgumentNullException.ThrowIfNull(typeInfo);

        var other = Array.Find(_types, type => type.EventName == eventName);
        if (other is null)
            return new WebSoEventSerializer([.. _types, new CustomEventType<TEvent>(eventName, typeInfo)]);
        if (other.Type == typeof(TEvent))
            return this;

        throw new ArgumentException($"The event {eventName} is read as {other.Type.Name} already: a name has one type.", nameof(eventName));
    }

    /// <summary>Reads an event from the body of a call.</summary>
    /// <param name="body">The bytes: UTF-8, or what <paramref name="charset"/> names. UTF-16 is recognized without it.</param>
    /// <param name="charset">The declared charset, as <see cref="WebSoEventContext.Charset"/> has it; null where none is declared.</param>
    /// <exception cref="WebSoEventFormatException">The bytes are no event. No other exception is thrown, whatever they are.</exception>
    public WebSoEvent Deserialize(ReadOnlySpan<byte> body, string? charset = null) => Read(body, charset);

    /// <summary>Reads an event from a string. Positions in errors count the bytes of its UTF-8 form.</summary>
    /// <exception cref="WebSoEventFormatException">The text is no event.</exception>
    public WebSoEvent Deserialize(string json)
    {
        ArgumentNullException.ThrowIfNull(json);

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            // Half of a surrogate pair becomes U+FFFD.
            var length = Encoding.UTF8.GetBytes(json, 0, json.Length, buffer, 0);
            return Read(buffer.AsSpan(0, length), charset: null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads an event from the body of a call that declares no charset, or says why it can't be read.</summary>
    /// <returns>True with an event, false with an error.</returns>
    public bool TryDeserialize(
        ReadOnlySpan<byte> body,
        [NotNullWhen(true)] out WebSoEvent? e,
        [NotNullWhen(false)] out WebSoEventFormatException? error) => TryDeserialize(body, charset: null, out e, out error);

    /// <summary>Reads an event from the body of a call, or says why it can't be read.</summary>
    /// <param name="body">The bytes, as in <see cref="WebSoEventContext.Body"/>.</param>
    /// <param name="charset">The declared charset, as in <see cref="WebSoEventContext.Charset"/>; null where none is declared.</param>
    /// <param name="e">The event; null where it can't be read.</param>
    /// <param name="error">Why it can't be read; null where it can.</param>
    /// <returns>True with an event, false with an error.</returns>
    public bool TryDeserialize(
        ReadOnlySpan<byte> body,
        string? charset,
        [NotNullWhen(true)] out WebSoEvent? e,
        [NotNullWhen(false)] out WebSoEventFormatException? error)
    {
        try
        {
            (e, error) = (Read(body, charset), null);
            return true;
        }
        catch (WebSoEventFormatException refused)
        {
            (e, error) = (null, refused);
            return false;
        }
    }

    /// <summary>Writes an event as UTF-8, in the documented order of properties, with its extra properties behind.</summary>
    /// <remarks>Of an event that is not complete, the properties without a value are left out.</remarks>
    /// <exception cref="ArgumentException">A complete event has a documented property without a value, or an extra property has the name of one of its own.</exception>
    /// <exception cref="NotSupportedException">This serializer does not know the type of the event.</exception>
    public byte[] SerializeToUtf8Bytes(WebSoEvent e)
    {
        using var stream = new MemoryStream(128);
        using (var writer = new Utf8JsonWriter(stream, s_writerOptions))
            Serialize(writer, e);
        return stream.ToArray();
    }

    /// <summary>Writes an event as a string, as <see cref="SerializeToUtf8Bytes"/> does.</summary>
    /// <exception cref="ArgumentException">A complete event has a documented property without a value, or an extra property has the name of one of its own.</exception>
    /// <exception cref="NotSupportedException">This serializer does not know the type of the event.</exception>
    public string Serialize(WebSoEvent e) => Encoding.UTF8.GetString(SerializeToUtf8Bytes(e));

    /// <summary>Writes an event to a writer of yours, as one JSON object. What is escaped is decided by the writer's encoder.</summary>
    /// <remarks>As with <see cref="JsonSerializer"/>, what was begun stands in the writer when this throws: do not go on with it.</remarks>
    /// <param name="writer">The writer, at a place where a value may stand. It is not flushed.</param>
    /// <param name="e">The event.</param>
    /// <exception cref="ArgumentException">A complete event has a documented property without a value, or an extra property has the name of one of its own.</exception>
    /// <exception cref="InvalidOperationException">No value may stand where the writer is.</exception>
    /// <exception cref="NotSupportedException">This serializer does not know the type of the event.</exception>
    public void Serialize(Utf8JsonWriter writer, WebSoEvent e)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(e);

        var type = e is UnknownWebSoEvent ? s_unknown : Array.Find(_types, type => type.EventName == e.EventName && type.Type == e.GetType());
        if (type is null)
        {
            throw new NotSupportedException(
                $"The event {e.EventName} of type {e.GetType().Name} is not registered: add it with AddEventType, or here with WithEventType.");
        }

        type.Write(writer, e);
    }

    internal WebSoEvent Read(ReadOnlySpan<byte> body, string? charset)
    {
        var properties = new WireObject(body, charset);
        try
        {
            WireParser.Parse(ref properties);
            return TypeOf(ref properties).Read(ref properties);
        }
        finally
        {
            properties.Dispose();
        }
    }

    private WebSoEventType TypeOf(ref WireObject properties)
    {
        var index = properties.Find(WireName.Event);
        if (index < 0 || properties.TypeOf(index) == JsonTokenType.Null)
            throw properties.Error(EventFormatReason.MissingEventName, properties.End, "the property 'event' is missing");
        if (properties.IsAmbiguous)
            throw properties.Error(EventFormatReason.InvalidEventName, properties.StartOf(index), "the property 'event' is given twice, with different values");
        if (properties.TypeOf(index) != JsonTokenType.String || properties.BytesOf(index).IsEmpty)
            throw properties.Error(EventFormatReason.InvalidEventName, properties.StartOf(index), "the property 'event' is not a name");

        properties.Take(index);
        var name = properties.IsEscaped(index) ? Encoding.UTF8.GetBytes(properties.TextOf(index)) : properties.BytesOf(index);
        foreach (var type in _types)
        {
            if (type.NameEquals(name))
                return type;
        }

        if (name.Length > WireObject.MaxIdLength && properties.TextOf(index).Length > WireObject.MaxIdLength)
        {
            throw properties.Error(
                EventFormatReason.TooLong,
                properties.StartOf(index),
                $"the property 'event' is longer than {WireObject.MaxIdLength} characters");
        }

        return s_unknown;
    }
}
