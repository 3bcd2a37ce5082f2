namespace WebSo.Events.Inbox.Engine;

// The type of a column, parameter or result. A dialect maps each to a type of its database.
internal enum SqlType
{
    // A 64-bit number that the database assigns in ascending order and never reuses. For columns only.
    Identity,

    // A 64-bit number.
    Number,

    // Text of any length, compared byte by byte. Contains no U+0000 and no lone surrogates (see StoredText).
    Text,

    // Text that is short enough for an index, compared byte by byte.
    Name,

    // Bytes of any length.
    Bytes,

    // 16 bytes that can be indexed.
    Key,

    Guid,

    // A UTC time with microsecond precision. DateTime.MaxValue sorts after all others.
    Time,
}
