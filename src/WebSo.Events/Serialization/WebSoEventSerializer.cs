using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebSo.Events;

/// <summary>Reads and writes events in the JSON format of the server. Immutable and thread-safe.</summary>
/// <remarks>
/// An event is one JSON object with a non-empty property <c>event</c>. Reading accepts property names without quotes, unescaped control
/// characters in strings, numbers and booleans instead of documented strings, undocumented properties, UTF-16, and bytes that are not UTF-8
/// (decoded as windows-1252). A documented property that is absent or unreadable has its default value, and <see
/// cref="WebSoEvent.IsComplete"/> is false.
/// </remarks>
/// <example>
/// <code>
/// WebSoEvent e = WebSoEventSerializer.Default.Deserialize("""{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""");
/// </code>
/// </example>
public sealed class WebSoEventSerializer
{
    // Escapes only the characters that JSON requires, like the server.
    private static readonly JsonWriterOptions s_writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UnknownEventType s_unknown = new();

    private readonly WebSoEventType[] _types;

    private WebSoEventSerializer(WebSoEventType[] types) => _types = types;

    /// <summary>Gets the serializer for the documented events. It reads any other event as <see cref="UnknownWebSoEvent"/>.</summary>
    public static WebSoEventSerializer Default { get; } = new(
    [
        new StatusChangeEventType(),
        new FieldSignedOrRejectedEventType(),
        new UserFinishEventType(),
        new RenderReturnEventType(),
    ]);

    // The event names with a registered type, in no particular order.
    internal IEnumerable<string> EventNames => _types.Select(type => type.EventName);

    /// <summary>Returns a serializer that also supports an undocumented event, for example one of a newer server.</summary>
    /// <typeparam name="TEvent">Your event type, a record that derives from <see cref="WebSoEvent"/>.</typeparam>
    /// <param name="eventName">The event name that the server sends. Adding the same name and type again has no effect.</param>
    /// <param name="typeInfo">
    /// The JSON contract of the type, from your <c>JsonSerializerContext</c>. A JSON number or boolean is read into a string property as
    /// text, unless the property has its own converter.
    /// </param>
    /// <exception cref="ArgumentException">The name is null or empty, or belongs to another type.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="typeInfo"/> is null.</exception>
    public WebSoEventSerializer WithEventType<TEvent>(string eventName, JsonTypeInfo<TEvent> typeInfo)
        where TEvent : WebSoEvent
    {
        if (string.IsNullOrEmpty(eventName))
            throw new ArgumentException("An event type needs an event name. Pass the name that the server sends, for example 'ENVELOPE_FINISHED'.", nameof(eventName));
        ArgumentNullException.ThrowIfNull(typeInfo);

        var other = Array.Find(_types, type => type.EventName == eventName);
        if (other is null)
            return new WebSoEventSerializer([.. _types, new CustomEventType<TEvent>(eventName, typeInfo)]);
        if (other.Type == typeof(TEvent))
            return this;

        throw new ArgumentException($"The event {eventName} already has the type {other.Type.Name}. Use one type per event name.", nameof(eventName));
    }

    /// <summary>Reads an event from the bytes of a body.</summary>
    /// <param name="body">The bytes, in UTF-8 or in <paramref name="charset"/>. UTF-16 is always detected.</param>
    /// <param name="charset">The declared charset, such as <see cref="WebSoEventContext.Charset"/>. Null if none is declared.</param>
    /// <exception cref="FormatException">The body is not an event. The message contains the reason, but nothing of the body.</exception>
    public WebSoEvent Deserialize(ReadOnlySpan<byte> body, string? charset = null) => Read(body, charset);

    /// <summary>Reads an event from a string.</summary>
    /// <param name="json">The JSON object.</param>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="FormatException">
    /// The string is not an event. The message contains the reason, but nothing of the string. Positions count the bytes in UTF-8.
    /// </exception>
    public WebSoEvent Deserialize(string json)
    {
        ArgumentNullException.ThrowIfNull(json);

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            // A lone surrogate becomes U+FFFD.
            var length = Encoding.UTF8.GetBytes(json, 0, json.Length, buffer, 0);
            return Read(buffer.AsSpan(0, length), charset: null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Tries to read an event from the bytes of a body without a declared charset.</summary>
    /// <param name="body">The bytes, such as <see cref="WebSoEventContext.Body"/>.</param>
    /// <param name="e">The event. Null if the body is not an event.</param>
    /// <param name="error">The error, which is not thrown. Null if the event was read.</param>
    /// <returns>True if the event was read.</returns>
    public bool TryDeserialize(
        ReadOnlySpan<byte> body,
        [NotNullWhen(true)] out WebSoEvent? e,
        [NotNullWhen(false)] out FormatException? error) => TryDeserialize(body, charset: null, out e, out error);

    /// <summary>Tries to read an event from the bytes of a body.</summary>
    /// <param name="body">The bytes, such as <see cref="WebSoEventContext.Body"/>.</param>
    /// <param name="charset">The declared charset, such as <see cref="WebSoEventContext.Charset"/>. Null if none is declared.</param>
    /// <param name="e">The event. Null if the body is not an event.</param>
    /// <param name="error">The error, which is not thrown. Null if the event was read.</param>
    /// <returns>True if the event was read.</returns>
    public bool TryDeserialize(
        ReadOnlySpan<byte> body,
        string? charset,
        [NotNullWhen(true)] out WebSoEvent? e,
        [NotNullWhen(false)] out FormatException? error)
    {
        try
        {
            (e, error) = (Read(body, charset), null);
            return true;
        }
        catch (EventFormatException refused)
        {
            (e, error) = (null, refused);
            return false;
        }
    }

    /// <summary>Serializes an event to UTF-8 JSON: the properties in documented order, followed by the extra properties.</summary>
    /// <remarks>If the event is not complete, properties without a value are omitted.</remarks>
    /// <param name="e">The event.</param>
    /// <exception cref="ArgumentNullException"><paramref name="e"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A documented property of a complete event has no value, or an extra property has the name of a documented property.
    /// </exception>
    /// <exception cref="NotSupportedException">The type of the event is not registered in this serializer.</exception>
    public byte[] SerializeToUtf8Bytes(WebSoEvent e)
    {
        using var stream = new MemoryStream(128);
        using (var writer = new Utf8JsonWriter(stream, s_writerOptions))
            Serialize(writer, e);
        return stream.ToArray();
    }

    /// <summary>Serializes an event to a JSON string, like <see cref="SerializeToUtf8Bytes"/>.</summary>
    /// <param name="e">The event.</param>
    /// <exception cref="ArgumentNullException"><paramref name="e"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A documented property of a complete event has no value, or an extra property has the name of a documented property.
    /// </exception>
    /// <exception cref="NotSupportedException">The type of the event is not registered in this serializer.</exception>
    public string Serialize(WebSoEvent e) => Encoding.UTF8.GetString(SerializeToUtf8Bytes(e));

    /// <summary>
    /// Writes an event as one JSON object to a JSON writer. The encoder of the writer determines which characters are escaped.
    /// </summary>
    /// <remarks>If this method throws, the writer may contain partial output. Don't continue to use it.</remarks>
    /// <param name="writer">The writer, at a position where a value is allowed. It is not flushed.</param>
    /// <param name="e">The event.</param>
    /// <exception cref="ArgumentException">
    /// A documented property of a complete event has no value, or an extra property has the name of a documented property.
    /// </exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">A value is not allowed at the position of the writer.</exception>
    /// <exception cref="NotSupportedException">The type of the event is not registered in this serializer.</exception>
    public void Serialize(Utf8JsonWriter writer, WebSoEvent e)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(e);

        var type = e is UnknownWebSoEvent ? s_unknown : Array.Find(_types, type => type.EventName == e.EventName && type.Type == e.GetType());
        if (type is null)
        {
            throw new NotSupportedException(
                $"The event {e.EventName} with the type {e.GetType().Name} is not registered. Add it with AddEventType, or to this serializer with WithEventType.");
        }

        type.Write(writer, e);
    }

    internal WebSoEvent Read(ReadOnlySpan<byte> body, string? charset)
    {
        var properties = new ParsedBody(body, charset);
        try
        {
            BodyParser.Parse(ref properties);
            return TypeOf(ref properties).Read(ref properties);
        }
        finally
        {
            properties.Dispose();
        }
    }

    private WebSoEventType TypeOf(ref ParsedBody properties)
    {
        var index = properties.Find(KnownProperty.Event);
        if (index < 0 || properties.TypeOf(index) == JsonTokenType.Null)
            throw properties.Error(EventFormatReason.MissingEventName, properties.End, "the property 'event' is missing");
        if (properties.IsAmbiguous)
            throw properties.Error(EventFormatReason.InvalidEventName, properties.StartOf(index), "the property 'event' is sent twice with different values");
        if (properties.TypeOf(index) != JsonTokenType.String || properties.BytesOf(index).IsEmpty)
            throw properties.Error(EventFormatReason.InvalidEventName, properties.StartOf(index), "the property 'event' is not a non-empty string");

        properties.Take(index);
        var name = properties.IsEscaped(index) ? Encoding.UTF8.GetBytes(properties.TextOf(index)) : properties.BytesOf(index);
        foreach (var type in _types)
        {
            if (type.NameEquals(name))
                return type;
        }

        if (name.Length > ParsedBody.MaxIdLength && properties.TextOf(index).Length > ParsedBody.MaxIdLength)
        {
            throw properties.Error(
                EventFormatReason.TooLong,
                properties.StartOf(index),
                $"the property 'event' is longer than {ParsedBody.MaxIdLength} characters");
        }

        return s_unknown;
    }
}
