namespace WebSo.Events.Inbox.Engine;

// Classifies a database error by what to do with the operations that were being written.
internal enum FailureKind
{
    // One operation is at fault, for example a rejected value or a damaged row. The others are written without it.
    Operation,

    // Another session holds a lock. The connection is fine; the operations are tried again shortly.
    Busy,

    // The database can't be used at present: gone, full, read-only or restarting. The operations are tried again on a new connection.
    Unavailable,
}
