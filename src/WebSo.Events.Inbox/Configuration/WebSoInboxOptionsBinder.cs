using Microsoft.Extensions.Options;

namespace WebSo.Events.Inbox.Configuration;

// Binds the configuration to options. Never throws: it adds a problem for each unreadable value, and the validator reports it.
internal sealed class WebSoInboxOptionsBinder(EndpointSections sections) : IConfigureNamedOptions<WebSoInboxOptions>
{
    public const string Section = "Inbox";

    public void Configure(WebSoInboxOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoInboxOptions options)
    {
        if (sections.Find(name) is not { } endpoint)
            return;

        var reader = new SectionReader(endpoint.GetSection(Section));
        options.StoreTimeout = reader.Time(nameof(options.StoreTimeout)) ?? options.StoreTimeout;
        options.DuplicateWindow = reader.Time(nameof(options.DuplicateWindow)) ?? options.DuplicateWindow;
        foreach (var window in reader.Times(nameof(options.DuplicateWindows), "Write an object with one time per event name, such as \"USER_FINISH\": \"00:00:30\"."))
            options.DuplicateWindows[window.Key] = window.Value;
        options.MaxConcurrency = reader.Int32(nameof(options.MaxConcurrency)) ?? options.MaxConcurrency;
        options.RetryDelay = reader.Time(nameof(options.RetryDelay)) ?? options.RetryDelay;
        options.MaxRetryDelay = reader.Time(nameof(options.MaxRetryDelay)) ?? options.MaxRetryDelay;
        options.MaxRetryDuration = reader.Time(nameof(options.MaxRetryDuration)) ?? options.MaxRetryDuration;
        options.HoldDocumentAfterDeadLetter = reader.Boolean(nameof(options.HoldDocumentAfterDeadLetter)) ?? options.HoldDocumentAfterDeadLetter;
        options.DrainTimeout = reader.Time(nameof(options.DrainTimeout)) ?? options.DrainTimeout;
        options.PollInterval = reader.Time(nameof(options.PollInterval)) ?? options.PollInterval;
        options.Retention = reader.Time(nameof(options.Retention), allowInfinite: true) ?? options.Retention;
        options.UnhandledRetention = reader.Time(nameof(options.UnhandledRetention), allowInfinite: true) ?? options.UnhandledRetention;
        options.MaxPendingCount = reader.Int64(nameof(options.MaxPendingCount)) ?? options.MaxPendingCount;
        options.MaxUnhandledCount = reader.Int32(nameof(options.MaxUnhandledCount)) ?? options.MaxUnhandledCount;
        options.MaxUnhandledBytes = reader.Int64(nameof(options.MaxUnhandledBytes)) ?? options.MaxUnhandledBytes;
        options.MaxMalformedCount = reader.Int32(nameof(options.MaxMalformedCount)) ?? options.MaxMalformedCount;
        options.MaxMalformedBytes = reader.Int64(nameof(options.MaxMalformedBytes)) ?? options.MaxMalformedBytes;
        options.ReceiveOnly = reader.Boolean(nameof(options.ReceiveOnly)) ?? options.ReceiveOnly;
        options.HandleOnly = reader.Boolean(nameof(options.HandleOnly)) ?? options.HandleOnly;
        options.HealthMaxDeadLetters = reader.Int64(nameof(options.HealthMaxDeadLetters)) ?? options.HealthMaxDeadLetters;
        options.HealthMaxHeldDocuments = reader.Int64(nameof(options.HealthMaxHeldDocuments)) ?? options.HealthMaxHeldDocuments;
        options.HealthMaxStuckHandlers = reader.Int32(nameof(options.HealthMaxStuckHandlers)) ?? options.HealthMaxStuckHandlers;
        options.HealthMaxOldestAge = reader.Time(nameof(options.HealthMaxOldestAge)) ?? options.HealthMaxOldestAge;
        options.HealthTimeout = reader.Time(nameof(options.HealthTimeout)) ?? options.HealthTimeout;
        reader.RefuseUnknownKeys(sections.ReservedKeys(name, Section));
        options.Problems.AddRange(reader.Problems.Select(problem => problem.Message));
    }
}
