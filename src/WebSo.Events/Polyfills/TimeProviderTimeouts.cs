namespace WebSo.Events.Polyfills;

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

    // Cancels the source with the token too. Costs half of a source that is linked to both.
    public static CancellationTokenRegistration CancelWith(this CancellationTokenSource source, CancellationToken cancellationToken) =>
        cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), source);
}
