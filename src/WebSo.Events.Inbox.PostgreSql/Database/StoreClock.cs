namespace WebSo.Events;

// The time of the database, unless a test gives it.
internal sealed class StoreClock(TimeProvider timeProvider)
{
    public TimeProvider TimeProvider => timeProvider;

    // For coalesce(@now, clock_timestamp()).
    public DateTime? Now => ReferenceEquals(timeProvider, TimeProvider.System) ? null : timeProvider.GetUtcNow().UtcDateTime;
}
