using System.Text.Json;

namespace WebSo.Events.Serialization;

internal static class WireNames
{
    private const int MaxLength = 13; // fields_signed
    private const int EscapeLength = 6; // \u0000

    // Of the reader's property name, without an allocation however long it is.
    public static WireName Of(ref readonly Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
            return Of(name);
        if (name.Length > MaxLength * EscapeLength)
            return WireName.Other;

        Span<byte> unescaped = stackalloc byte[MaxLength * EscapeLength];
        return Of(unescaped.Slice(0, reader.CopyString(unescaped)));
    }

    // Each has a length of its own.
    private static WireName Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("to"u8) => WireName.To,
        4 when name.SequenceEqual("from"u8) => WireName.From,
        5 when name.SequenceEqual("event"u8) => WireName.Event,
        6 when name.SequenceEqual("status"u8) => WireName.Status,
        7 when name.SequenceEqual("user_id"u8) => WireName.UserId,
        8 when name.SequenceEqual("field_id"u8) => WireName.FieldId,
        11 when name.SequenceEqual("document_id"u8) => WireName.DocumentId,
        12 when name.SequenceEqual("field_status"u8) => WireName.FieldStatus,
        13 when name.SequenceEqual("fields_signed"u8) => WireName.FieldsSigned,
        _ => WireName.Other,
    };
}
