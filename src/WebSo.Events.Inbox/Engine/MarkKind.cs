namespace WebSo.Events.Engine;

// What a mark does with a lease.
internal enum MarkKind
{
    // Keeps it, for its full time from now; handlers that completed are noted.
    Renew,

    // Gives it back, to be taken again after a delay. The attempt counts.
    Retry,

    // Gives it back, to be taken again after a delay, because the attempt before was cut off. This one does not count.
    Postpone,

    // Gives it back as if it had not been granted.
    Release,

    // Ends the run.
    Finish,
}
