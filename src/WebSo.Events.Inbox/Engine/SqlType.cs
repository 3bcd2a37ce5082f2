namespace WebSo.Events.Engine;

/// <summary>What a column, a parameter or a result holds. A dialect maps each to a type of its database.</summary>
internal enum SqlType
{
    /// <summary>A 64-bit number that the database gives in order of insertion, never twice. Columns only.</summary>
    Identity,

    /// <summary>A 64-bit number.</summary>
    Number,

    /// <summary>Text of any length, compared byte by byte. Without U+0000 and lone surrogates: see <see cref="StoredText"/>.</summary>
    Text,

    /// <summary>Text of a length that can be part of an index; compared byte by byte.</summary>
    Name,

    /// <summary>Bytes of any length.</summary>
    Bytes,

    /// <summary>16 bytes that can be part of an index.</summary>
    Key,

    /// <summary>A GUID.</summary>
    Guid,

    /// <summary>A point in time, UTC, to the microsecond; <see cref="DateTime.MaxValue"/> is later than all others.</summary>
    Time,
}
