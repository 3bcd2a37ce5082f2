namespace WebSo.Events;

// Whether the server repeats failed calls, and for how long.
internal sealed class RetryLint(WebSoServerConfiguration configuration, ConfigurationLines lines)
{
    private const string Delay = "webso_events_retry";
    private const string Retries = "webso_events_retries";
    private const int ShortDelayMs = 1000;

    // A receiver is away for as long as this when its machine restarts.
    private static readonly TimeSpan s_shortTotal = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_longDelay = TimeSpan.FromHours(1);

    public IEnumerable<WebSoLintFinding> Run() =>
        CheckNumber(Delay, configuration.RetryDelay is null, "milliseconds from 0 to 2147483647, such as 5000")
            .Concat(CheckNumber(Retries, configuration.MaxRetries is null, "a whole number from 0 to 2147483647, or -1 for no limit"))
            .Concat(CheckDelay())
            .Concat(CheckRetries());

    private IEnumerable<WebSoLintFinding> CheckNumber(string key, bool isUnset, string format)
    {
        if (isUnset && lines.ValueOf(key) is not null)
        {
            yield return Find(
                "number-unreadable",
                WebSoLintSeverity.Error,
                key,
                $"The value of {key} is not a number in the allowed range.",
                "What the server does then is not documented. It may not repeat failed calls.",
                $"Give {format}.");
        }
    }

    private IEnumerable<WebSoLintFinding> CheckDelay()
    {
        if (configuration.RetryDelay is not { } delay)
        {
            // Else it is unreadable, which CheckNumber tells.
            if (lines.ValueOf(Delay) is not null)
                yield break;

            yield return Find(
                "retry-unset",
                WebSoLintSeverity.Warning,
                Delay,
                "webso_events_retry is not set.",
                "The server sends each event once. An event that is not answered with 200 at the first attempt is lost. (Servers of the first generation retry after 5000 ms.)",
                "Add webso_events_retry=5000.");
        }
        else if (delay.TotalMilliseconds < ShortDelayMs && configuration.MaxRetries is null or < 0)
        {
            yield return Find(
                "retry-short",
                WebSoLintSeverity.Warning,
                Delay,
                $"The server retries without limit, every {Show(delay)}.",
                "While the receiver fails, it gets many calls a second for each event.",
                $"Set webso_events_retry to at least {ShortDelayMs}.");
        }
        else if (delay > s_longDelay)
        {
            yield return Find(
                "retry-long",
                WebSoLintSeverity.Warning,
                Delay,
                $"The server waits {Show(delay)} before it retries.",
                "An event whose first call fails arrives that much later, after later events of its document.",
                "Set webso_events_retry to a few seconds, such as 5000 (milliseconds).");
        }
    }

    private IEnumerable<WebSoLintFinding> CheckRetries()
    {
        if (configuration.MaxRetries is not ({ } retries and >= 0))
            yield break;

        yield return Find(
            "retries-not-everywhere",
            WebSoLintSeverity.Information,
            Retries,
            "webso_events_retries is known to current servers only.",
            "A server of generation 1 or 2 ignores the key: where it retries, it retries without limit.",
            "Check that the documentation of your server lists webso_events_retries.");

        var total = configuration.RetryDelay is { } delay ? TimeSpan.FromMilliseconds(Math.Min(delay.TotalMilliseconds * retries, int.MaxValue)) : (TimeSpan?)null;
        if (retries == 0)
        {
            yield return Find(
                "retries-zero",
                WebSoLintSeverity.Warning,
                Retries,
                "webso_events_retries is 0, so the server never repeats a failed call.",
                "An event that is not answered with 200 at the first attempt is lost.",
                "Delete webso_events_retries, or set it to -1: the server then retries until it gets 200.");
        }
        else if (total < s_shortTotal)
        {
            yield return Find(
                "retries-few",
                WebSoLintSeverity.Warning,
                Retries,
                $"The server gives up after {retries} {(retries == 1 ? "retry" : "retries")}, which takes {Show(total.Value)}.",
                "An event is lost when the receiver is away for longer than that, as in an update or a restart.",
                "Delete webso_events_retries, or set it to -1: the server then retries until it gets 200.");
        }
    }

    private WebSoLintFinding Find(string code, WebSoLintSeverity severity, string key, string problem, string consequence, string fix) =>
        new(code, severity, lines.NumberOf(key), problem, consequence, fix);

    private static string Show(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => FormattableString.Invariant($"{time.TotalMilliseconds} ms"),
        { TotalMinutes: < 2 } => FormattableString.Invariant($"{time.TotalSeconds:0.#} s"),
        { TotalHours: < 2 } => FormattableString.Invariant($"{time.TotalMinutes:0.#} minutes"),
        _ => FormattableString.Invariant($"{time.TotalHours:0.#} hours"),
    };
}
