namespace WebSo.Events;

internal static class TimeProviderTimeouts
{
    // A source that cancels itself after the delay, by the given clock.
    public static CancellationTokenSource CreateTimeout(this TimeProvider timeProvider, TimeSpan delay)
    {
#if NET
        return new CancellationTokenSource(delay, timeProvider);
#else
        return timeProvider.CreateCancellationTokenSource(delay);
#endif
    }
}
