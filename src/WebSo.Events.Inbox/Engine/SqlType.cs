namespace WebSo.Events.Engine;

// What a column, a parameter or a result holds. A dialect maps each to a type of its database.
internal enum SqlType
{
    // A 64-bit number that the database gives in order of insertion, never twice. Columns only.
    Identity,

    // A 64-bit number.
    Number,

    // Text of any length, compared byte by byte. Without U+0000 and lone surrogates: see StoredText.
    Text,

    // Text of a length that can be part of an index; compared byte by byte.
    Name,

    // Bytes of any length.
    Bytes,

    // 16 bytes that can be part of an index.
    Key,

    Guid,

    // A point in time, UTC, to the microsecond; DateTime.MaxValue is later than all others.
    Time,
}
