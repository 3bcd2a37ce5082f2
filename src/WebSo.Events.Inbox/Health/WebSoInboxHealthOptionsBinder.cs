using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Configuration to options, by hand: the binder of the framework reflects.
internal sealed class WebSoInboxHealthOptionsBinder(IServiceProvider services) : IConfigureNamedOptions<WebSoInboxHealthOptions>
{
    private readonly IConfiguration? _configuration = services.GetService<IConfiguration>();

    public static string SectionOf(string? name) => WebSoInboxOptionsBinder.SectionOf(name) + ":Health";

    public void Configure(WebSoInboxHealthOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoInboxHealthOptions options)
    {
        if (_configuration is null)
            return;

        var section = _configuration.GetSection(SectionOf(name));
        options.MaxDeadLetters = ReadNumber(section, nameof(options.MaxDeadLetters)) ?? options.MaxDeadLetters;
        options.MaxHeldDocuments = ReadNumber(section, nameof(options.MaxHeldDocuments)) ?? options.MaxHeldDocuments;
        options.MaxOldestAge = ReadTime(section, nameof(options.MaxOldestAge)) ?? options.MaxOldestAge;
        options.StoreTimeout = ReadTime(section, nameof(options.StoreTimeout)) ?? options.StoreTimeout;
    }

    private static int? ReadNumber(IConfigurationSection section, string key)
    {
        if (section[key] is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Unreadable(section, key, text, "a whole number");
    }

    private static TimeSpan? ReadTime(IConfigurationSection section, string key)
    {
        if (section[key] is not { Length: > 0 } text)
            return null;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : throw Unreadable(section, key, text, "a time as hh:mm:ss");
    }

    private static OptionsValidationException Unreadable(IConfigurationSection section, string key, string text, string format) =>
        new(section.Path, typeof(WebSoInboxHealthOptions), [$"{section.Path}:{key} is '{text}': give {format}."]);
}
