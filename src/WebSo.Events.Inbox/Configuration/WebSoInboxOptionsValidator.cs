using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Each message names the option, its value and the mend.
internal sealed class WebSoInboxOptionsValidator : IValidateOptions<WebSoInboxOptions>
{
    private static readonly TimeSpan s_ms = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_tenYears = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, WebSoInboxOptions options)
    {
        var problems = new List<string>();
        CheckTime(problems, nameof(options.StoreTimeout), options.StoreTimeout, s_ms, s_hour);
        CheckTime(problems, nameof(options.DuplicateWindow), options.DuplicateWindow ?? TimeSpan.Zero, TimeSpan.Zero, s_day);
        foreach (var window in options.DuplicateWindows)
            CheckTime(problems, $"{nameof(options.DuplicateWindows)}['{window.Key}']", window.Value, TimeSpan.Zero, s_day);
        CheckNumber(problems, nameof(options.MaxConcurrency), options.MaxConcurrency, 1, 1000);
        CheckTime(problems, nameof(options.MaxRetryDelay), options.MaxRetryDelay, s_ms, s_day);
        CheckTime(problems, nameof(options.RetryDelay), options.RetryDelay, s_ms, options.MaxRetryDelay);
        CheckTime(problems, nameof(options.GiveUpAfter), options.GiveUpAfter, TimeSpan.Zero, TimeSpan.FromDays(365));
        CheckTime(problems, nameof(options.StopTimeout), options.StopTimeout, TimeSpan.Zero, s_hour);
        CheckTime(problems, nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(10), s_hour);
        if (options.Retention != Timeout.InfiniteTimeSpan)
            CheckTime(problems, nameof(options.Retention), options.Retention, s_day, s_tenYears);
        if (options.UnhandledRetention != Timeout.InfiniteTimeSpan)
            CheckTime(problems, nameof(options.UnhandledRetention), options.UnhandledRetention, s_day, s_tenYears);
        CheckNumber(problems, nameof(options.MaxUnhandledCount), options.MaxUnhandledCount, 0, 1_000_000);
        CheckNumber(problems, nameof(options.MaxUnhandledBytes), options.MaxUnhandledBytes, 0, long.MaxValue);
        CheckNumber(problems, nameof(options.MaxMalformedCount), options.MaxMalformedCount, 0, 1_000_000);
        CheckNumber(problems, nameof(options.MaxMalformedBytes), options.MaxMalformedBytes, 0, long.MaxValue);

        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(problem => $"{WebSoInboxOptionsBinder.SectionOf(name)}: {problem}"));
    }

    private static void CheckTime(List<string> problems, string option, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            problems.Add($"{option} is {value}: give a time from {least} to {most}.");
    }

    private static void CheckNumber(List<string> problems, string option, long value, long least, long most)
    {
        if (value < least || value > most)
            problems.Add($"{option} is {value}: give a number from {least} to {most}.");
    }
}
