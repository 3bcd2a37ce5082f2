namespace WebSo.Events.Polyfills;

internal static class TimeProviderTimeouts
{
    // Creates a source that is canceled after the delay of the time provider.
    public static CancellationTokenSource CreateTimeout(this TimeProvider timeProvider, TimeSpan delay)
    {
#if NET
        return new CancellationTokenSource(delay, timeProvider);
#else
        return timeProvider.CreateCancellationTokenSource(delay);
#endif
    }

    // Also cancels the source when the token is canceled. Takes half the time of a linked source.
    public static CancellationTokenRegistration CancelWith(this CancellationTokenSource source, CancellationToken cancellationToken) =>
        cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), source);
}
