namespace WebSo.Events.Inbox.Handling;

internal static class RetryBackoff
{
    private static readonly Random s_random = new();

    public static TimeSpan DelayOf(int attempt, WebSoInboxOptions options)
    {
        double jitter;
        lock (s_random)
            jitter = s_random.NextDouble();

        // Calculated as a double, because doubling overflows a TimeSpan after about 60 attempts.
        var delay = options.RetryDelay.TotalMilliseconds * Math.Pow(2, attempt - 1) * (1 + (jitter / 5));
        return delay >= options.MaxRetryDelay.TotalMilliseconds ? options.MaxRetryDelay : TimeSpan.FromMilliseconds(delay);
    }
}
