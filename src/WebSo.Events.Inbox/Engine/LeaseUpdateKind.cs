namespace WebSo.Events.Inbox.Engine;

// What to do with a lease.
internal enum LeaseUpdateKind
{
    // Extends the lease to its full duration from now, and records completed handlers.
    Renew,

    // Ends the lease and retries after a delay. The attempt counts.
    Retry,

    // Ends the lease and retries after a delay, because the previous attempt was interrupted. This attempt does not count.
    RetryInterrupted,

    // Ends the lease as if it had not been granted.
    Release,

    // Ends the lease and the run.
    Complete,
}
