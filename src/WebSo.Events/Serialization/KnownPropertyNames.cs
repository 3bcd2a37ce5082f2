using System.Text.Json;

namespace WebSo.Events.Serialization;

internal static class KnownPropertyNames
{
    private const int MaxLength = 13; // fields_signed
    private const int EscapeLength = 6; // \u0000

    // Looks up the property name of the reader without an allocation.
    public static KnownProperty Find(ref readonly Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
            return Find(name);
        if (name.Length > MaxLength * EscapeLength)
            return KnownProperty.None;

        Span<byte> unescaped = stackalloc byte[MaxLength * EscapeLength];
        return Find(unescaped.Slice(0, reader.CopyString(unescaped)));
    }

    // Each name has a different length.
    private static KnownProperty Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("to"u8) => KnownProperty.To,
        4 when name.SequenceEqual("from"u8) => KnownProperty.From,
        5 when name.SequenceEqual("event"u8) => KnownProperty.Event,
        6 when name.SequenceEqual("status"u8) => KnownProperty.Status,
        7 when name.SequenceEqual("user_id"u8) => KnownProperty.UserId,
        8 when name.SequenceEqual("field_id"u8) => KnownProperty.FieldId,
        11 when name.SequenceEqual("document_id"u8) => KnownProperty.DocumentId,
        12 when name.SequenceEqual("field_status"u8) => KnownProperty.FieldStatus,
        13 when name.SequenceEqual("fields_signed"u8) => KnownProperty.FieldsSigned,
        _ => KnownProperty.None,
    };
}
