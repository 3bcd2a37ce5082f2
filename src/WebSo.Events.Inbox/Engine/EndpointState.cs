namespace WebSo.Events.Inbox.Engine;

// The row of an endpoint, as read in a transaction.
internal sealed record EndpointState(bool IsPaused, DateTime AliveAt, TimeSpan Downtime);
