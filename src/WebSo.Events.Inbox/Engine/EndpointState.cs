namespace WebSo.Events.Engine;

// The row of an endpoint, as a transaction sees it.
internal sealed record EndpointState(bool IsPaused, DateTime AliveAt, TimeSpan Downtime);
