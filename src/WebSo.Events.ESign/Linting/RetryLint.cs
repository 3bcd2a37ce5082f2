namespace WebSo.Events.ESign.Linting;

// Checks whether the server retries failed calls, and for how long.
internal sealed class RetryLint(WebSoServerConfiguration configuration, LintFindings findings)
{
    private const int ShortDelayMs = 1000;
    private const string RetryForever = "Delete webso_events_retries, or set it to -1: the server then retries until it gets 200.";

    // A receiver is down for about this long while its machine restarts.
    private static readonly TimeSpan s_shortTotal = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_longDelay = TimeSpan.FromHours(1);

    private readonly int? _delayLine = configuration.Lines.NumberOf(ServerKeys.Retry);
    private readonly int? _retriesLine = configuration.Lines.NumberOf(ServerKeys.Retries);

    public void Check()
    {
        if (configuration.RetryDelay is { } delay)
            CheckDelay(delay);
        else if (configuration.Lines.ValueOf(ServerKeys.Retry) is not null)
            ReportInvalidNumber(ServerKeys.Retry, _delayLine, "milliseconds from 0 to 2147483647, such as 5000");
        else
            ReportNoDelay();

        if (configuration.MaxRetries is { } retries)
            CheckRetries(retries);
        else if (configuration.Lines.ValueOf(ServerKeys.Retries) is not null)
            ReportInvalidNumber(ServerKeys.Retries, _retriesLine, "a whole number from 0 to 2147483647, or -1 for no limit");
    }

    private void ReportInvalidNumber(string key, int? line, string format) => findings.Error(
        "number-unreadable",
        line,
        $"The value of {key} is not a number in the allowed range.",
        "The documentation does not say what the server does then. It might not retry failed calls.",
        $"Write {format}.");

    private void ReportNoDelay() => findings.Warning(
        "retry-unset",
        _delayLine,
        "webso_events_retry is not set.",
        "The server sends each event once. If the first attempt is not answered with 200, the event is lost. (Servers of the first generation retry after 5000 ms.)",
        "Add webso_events_retry=5000.");

    private void CheckDelay(TimeSpan delay)
    {
        if (delay.TotalMilliseconds < ShortDelayMs && configuration.MaxRetries is null or < 0)
        {
            findings.Warning(
                "retry-short",
                _delayLine,
                $"The server retries without limit, every {Format(delay)}.",
                "While the receiver fails, it gets many calls per second for each event.",
                $"Set webso_events_retry to at least {ShortDelayMs}.");
        }
        else if (delay > s_longDelay)
        {
            findings.Warning(
                "retry-long",
                _delayLine,
                $"The server waits {Format(delay)} before it retries.",
                "An event whose first attempt fails arrives that much later, after later events of its document.",
                "Set webso_events_retry to a few seconds, such as 5000 (milliseconds).");
        }
    }

    private void CheckRetries(int retries)
    {
        if (retries < 0)
            return;

        findings.Information(
            "retries-not-everywhere",
            _retriesLine,
            "Only current servers support webso_events_retries.",
            "A server of generation 1 or 2 ignores the key. If it retries, it retries without limit.",
            "Check that the documentation of your server lists webso_events_retries.");

        if (retries == 0)
        {
            findings.Warning(
                "retries-zero",
                _retriesLine,
                "webso_events_retries is 0, so the server never retries a failed call.",
                "If the first attempt is not answered with 200, the event is lost.",
                RetryForever);
        }
        else if (configuration.RetryDelay is { } delay)
        {
            CheckTotal(retries, TimeSpan.FromMilliseconds(Math.Min(delay.TotalMilliseconds * retries, int.MaxValue)));
        }
    }

    private void CheckTotal(int retries, TimeSpan total)
    {
        if (total >= s_shortTotal)
            return;

        findings.Warning(
            "retries-few",
            _retriesLine,
            $"The server gives up after {retries} {(retries == 1 ? "retry" : "retries")}, which takes {Format(total)}.",
            "If the receiver is down for longer than that, as in an update or a restart, the event is lost.",
            RetryForever);
    }

    private static string Format(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => FormattableString.Invariant($"{time.TotalMilliseconds} ms"),
        { TotalMinutes: < 2 } => FormattableString.Invariant($"{time.TotalSeconds:0.#} s"),
        { TotalHours: < 2 } => FormattableString.Invariant($"{time.TotalMinutes:0.#} minutes"),
        _ => FormattableString.Invariant($"{time.TotalHours:0.#} hours"),
    };
}
