using Microsoft.Extensions.Options;

namespace WebSo.Events.Inbox.Configuration;

// Each message contains the option, its value and the fix.
internal sealed class WebSoInboxOptionsValidator(
    EndpointSections sections, KnownEventNames events, IOptionsMonitor<EndpointRegistrations> registrations) : IValidateOptions<WebSoInboxOptions>
{
    private static readonly TimeSpan s_ms = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_tenYears = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, WebSoInboxOptions options)
    {
        var problems = FindProblems(name, options).Select(problem => $"{sections.PathOf(name)}:{WebSoInboxOptionsBinder.Section}: {problem}");
        string[] all = [.. options.Problems, .. problems];
        return all.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }

    private List<string> FindProblems(string? name, WebSoInboxOptions options)
    {
        var bounds = new BoundsCheck();
        bounds.Time(nameof(options.StoreTimeout), options.StoreTimeout, s_ms, s_hour);
        bounds.Time(nameof(options.DuplicateWindow), options.DuplicateWindow ?? TimeSpan.Zero, TimeSpan.Zero, s_day);
        foreach (var window in options.DuplicateWindows)
        {
            bounds.Time($"{nameof(options.DuplicateWindows)}['{window.Key}']", window.Value, TimeSpan.Zero, s_day);
            if (events.FindProblem(name, window.Key) is { } problem)
                bounds.Problems.Add($"{nameof(options.DuplicateWindows)} has {problem}");
        }

        bounds.Number(nameof(options.MaxConcurrency), options.MaxConcurrency, 1, 1000);
        bounds.Time(nameof(options.MaxRetryDelay), options.MaxRetryDelay, s_ms, s_day);
        bounds.Time(nameof(options.RetryDelay), options.RetryDelay, s_ms, options.MaxRetryDelay);
        bounds.Time(nameof(options.MaxRetryDuration), options.MaxRetryDuration, TimeSpan.Zero, TimeSpan.FromDays(365));
        bounds.Time(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, s_hour);
        bounds.Time(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(10), s_minute);
        bounds.Time(nameof(options.Retention), options.Retention, s_minute, s_tenYears, allowInfinite: true);
        bounds.Time(nameof(options.UnhandledRetention), options.UnhandledRetention, s_minute, s_tenYears, allowInfinite: true);
        bounds.Number(nameof(options.MaxPendingCount), options.MaxPendingCount, 1, 1_000_000_000);
        bounds.Number(nameof(options.MaxUnhandledCount), options.MaxUnhandledCount, 0, 1_000_000);
        bounds.Number(nameof(options.MaxUnhandledBytes), options.MaxUnhandledBytes, 0);
        bounds.Number(nameof(options.MaxMalformedCount), options.MaxMalformedCount, 0, 1_000_000);
        bounds.Number(nameof(options.MaxMalformedBytes), options.MaxMalformedBytes, 0);
        bounds.Number(nameof(options.HealthMaxDeadLetters), options.HealthMaxDeadLetters, 0);
        bounds.Number(nameof(options.HealthMaxHeldDocuments), options.HealthMaxHeldDocuments, 0);
        bounds.Number(nameof(options.HealthMaxStuckHandlers), options.HealthMaxStuckHandlers, 0);
        bounds.Time(nameof(options.HealthMaxOldestAge), options.HealthMaxOldestAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        bounds.Time(nameof(options.HealthTimeout), options.HealthTimeout, TimeSpan.FromMilliseconds(10), s_minute);
        return [.. bounds.Problems, .. FindProblemsOfRole(name, options)];
    }

    private IEnumerable<string> FindProblemsOfRole(string? name, WebSoInboxOptions options)
    {
        var handlers = HandlersOf(name);
        if (handlers?.Exists(handler => handler.Name == DeadLetter.CallbackName) == true)
            yield return $"A handler has the name '{DeadLetter.CallbackName}', which the inbox uses to record calls of OnDeadLetter. Give the handler another name.";
        if (options is { ReceiveOnly: true, HandleOnly: true })
            yield return "ReceiveOnly and HandleOnly are both true, so this process would do nothing. Remove one of them, or remove both to receive and handle in one process.";
        else if (options.ReceiveOnly && handlers is { Count: > 0 })
            yield return $"ReceiveOnly is true, but the handler '{handlers[0].Name}' is registered and would never run. Register it in the process that handles, or remove ReceiveOnly.";
        else if (options.HandleOnly && handlers is { Count: 0 })
            yield return "HandleOnly is true, but no handler is registered, so every event would become unhandled. Register the handlers with AddHandler, or remove HandleOnly.";
    }

    private List<HandlerRegistration>? HandlersOf(string? name)
    {
        try
        {
            return registrations.Get(name).Handlers;
        }
        catch (OptionsValidationException)
        {
            // The validator of the registrations reports this problem.
            return null;
        }
    }
}
