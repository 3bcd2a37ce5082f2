namespace WebSo.Events.Engine;

// What a failure of a database means for what was to be written.
internal enum FailureKind
{
    // The fault of one operation: a value that is refused, a damaged row. The others are written without it.
    Operation,

    // Another session holds a lock. The connection is well; the same is tried again soon.
    Busy,

    // The database can't be used now: gone, full, read-only, restarting. The same is tried again on a new connection.
    Unavailable,
}
