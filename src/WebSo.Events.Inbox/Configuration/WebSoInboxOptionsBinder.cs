using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Configuration to options, by hand: the binder of the framework reflects.
internal sealed class WebSoInboxOptionsBinder(IServiceProvider services) : IConfigureNamedOptions<WebSoInboxOptions>
{
    // A program without a host may have no configuration.
    private readonly IConfiguration? _configuration = services.GetService<IConfiguration>();

    public static string SectionOf(string? name) => string.IsNullOrEmpty(name) ? "WebSoEvents:Inbox" : $"WebSoEvents:Endpoints:{name}:Inbox";

    public void Configure(WebSoInboxOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoInboxOptions options)
    {
        if (_configuration is null)
            return;

        var section = _configuration.GetSection(SectionOf(name));
        options.StoreTimeout = ReadTime(section, nameof(options.StoreTimeout)) ?? options.StoreTimeout;
        options.DuplicateWindow = ReadTime(section, nameof(options.DuplicateWindow)) ?? options.DuplicateWindow;
        foreach (var window in section.GetSection(nameof(options.DuplicateWindows)).GetChildren())
            options.DuplicateWindows[window.Key] = ParseTime(window.Path, window.Value ?? "");
        options.MaxConcurrency = (int)(ReadNumber(section, nameof(options.MaxConcurrency), int.MaxValue) ?? options.MaxConcurrency);
        options.RetryDelay = ReadTime(section, nameof(options.RetryDelay)) ?? options.RetryDelay;
        options.MaxRetryDelay = ReadTime(section, nameof(options.MaxRetryDelay)) ?? options.MaxRetryDelay;
        options.GiveUpAfter = ReadTime(section, nameof(options.GiveUpAfter)) ?? options.GiveUpAfter;
        options.StopTimeout = ReadTime(section, nameof(options.StopTimeout)) ?? options.StopTimeout;
        options.PollInterval = ReadTime(section, nameof(options.PollInterval)) ?? options.PollInterval;
        options.Retention = ReadTime(section, nameof(options.Retention)) ?? options.Retention;
        options.UnhandledRetention = ReadTime(section, nameof(options.UnhandledRetention)) ?? options.UnhandledRetention;
        options.MaxUnhandledCount = (int)(ReadNumber(section, nameof(options.MaxUnhandledCount), int.MaxValue) ?? options.MaxUnhandledCount);
        options.MaxUnhandledBytes = ReadNumber(section, nameof(options.MaxUnhandledBytes), long.MaxValue) ?? options.MaxUnhandledBytes;
        options.MaxMalformedCount = (int)(ReadNumber(section, nameof(options.MaxMalformedCount), int.MaxValue) ?? options.MaxMalformedCount);
        options.MaxMalformedBytes = ReadNumber(section, nameof(options.MaxMalformedBytes), long.MaxValue) ?? options.MaxMalformedBytes;
    }

    private static TimeSpan? ReadTime(IConfigurationSection section, string key) =>
        section[key] is { Length: > 0 } text ? ParseTime($"{section.Path}:{key}", text) : null;

    private static TimeSpan ParseTime(string path, string text) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw Unreadable(path, text, "a time as hh:mm:ss");

    private static long? ReadNumber(IConfigurationSection section, string key, long most)
    {
        if (section[key] is not { Length: > 0 } text)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value <= most && value >= int.MinValue)
            return value;

        throw Unreadable($"{section.Path}:{key}", text, "a whole number");
    }

    private static OptionsValidationException Unreadable(string path, string text, string format) =>
        new(path, typeof(WebSoInboxOptions), [$"{path} is '{text}': give {format}."]);
}
