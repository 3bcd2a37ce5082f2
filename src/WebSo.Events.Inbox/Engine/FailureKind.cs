namespace WebSo.Events.Engine;

/// <summary>What a failure of a database means for what was to be written.</summary>
internal enum FailureKind
{
    /// <summary>The fault of one operation: a value that is refused, a damaged row. The others are written without it.</summary>
    Operation,

    /// <summary>Another session holds a lock. The connection is well; the same is tried again soon.</summary>
    Busy,

    /// <summary>The database can't be used now: gone, full, read-only, restarting. The same is tried again on a new connection.</summary>
    Unavailable,
}
