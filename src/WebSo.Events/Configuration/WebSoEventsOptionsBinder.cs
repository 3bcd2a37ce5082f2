using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace WebSo.Events;

// Configuration to options, by hand: the binder of the framework reflects.
internal sealed class WebSoEventsOptionsBinder(IServiceProvider services)
    : IConfigureNamedOptions<WebSoEventsOptions>
{
    // A program without a host may have no configuration.
    private readonly IConfiguration? _configuration = services.GetService<IConfiguration>();

    public void Configure(WebSoEventsOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoEventsOptions options)
    {
        if (_configuration is null)
            return;

        var section = _configuration.GetSection(string.IsNullOrEmpty(name) ? "WebSoEvents" : $"WebSoEvents:Endpoints:{name}");
        options.Filter = section[nameof(options.Filter)] ?? options.Filter;
        if (Read(section, nameof(options.MaxBodySize), "a whole number of bytes", ParseInt32) is { } maxBodySize)
            options.MaxBodySize = maxBodySize;
        if (Read(section, nameof(options.MaxQueryLength), "a whole number of characters", ParseInt32) is { } maxQueryLength)
            options.MaxQueryLength = maxQueryLength;
        if (Read(section, nameof(options.BodyTimeout), TimeFormat, ParseTime) is { } bodyTimeout)
            options.BodyTimeout = bodyTimeout;
        if (Read(section, nameof(options.HandlerTimeout), TimeFormat, ParseTime) is { } handlerTimeout)
            options.HandlerTimeout = handlerTimeout;
        if (Read(section, nameof(options.ServerRetryDelay), TimeFormat, ParseTime) is { } retryDelay)
            options.ServerRetryDelay = retryDelay;
        foreach (var header in section.GetSection(nameof(options.RequiredHeaders)).GetChildren())
            options.RequireHeader(header.Key, ReadValues(header));
        foreach (var user in section.GetSection(nameof(options.BasicCredentials)).GetChildren())
            options.RequireBasicAuthentication(user.Key, ReadValues(user));
        ConfigureCallbacks(section, options);
        if (section["ServerConfiguration"] is { Length: > 0 } path)
            ConfigureByServer(section, path, options);
    }

    private static void ConfigureByServer(IConfigurationSection section, string path, WebSoEventsOptions options)
    {
        try
        {
            options.UseServerConfiguration(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OptionsValidationException(
                section.Path,
                typeof(WebSoEventsOptions),
                [$"{section.Path}:ServerConfiguration is '{path}': {failure.Message} If it is not meant, give the path of the server's config.ini, or of a copy of it."]);
        }
    }

    private static void ConfigureCallbacks(IConfigurationSection section, WebSoEventsOptions options)
    {
        foreach (var network in ReadValues(section.GetSection(nameof(options.AllowedNetworks))))
            options.AllowedNetworks.Add(network);
        foreach (var key in section.GetSection(nameof(options.CallbackKeys)).GetChildren())
            options.CallbackKeys[key.Key] = key.Value ?? "";
        if (section[nameof(options.CallbackSigningKey)] is { Length: > 0 } signingKey)
            options.CallbackSigningKey = signingKey;
        options.CallbackPathPrefix = section[nameof(options.CallbackPathPrefix)] ?? options.CallbackPathPrefix;
        if (Read(section, nameof(options.RequireSignedCallbackUrl), "true or false", ParseBoolean) is { } isRequired)
            options.RequireSignedCallbackUrl = isRequired;
    }

    private const string TimeFormat = "a time as hh:mm:ss";

    private static int? ParseInt32(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static bool? ParseBoolean(string text) => bool.TryParse(text, out var value) ? value : null;

    private static TimeSpan? ParseTime(string text) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static T? Read<T>(IConfigurationSection section, string key, string format, Func<string, T?> parse)
        where T : struct
    {
        if (section[key] is not { Length: > 0 } text)
            return null;

        return parse(text) ?? throw new OptionsValidationException(
            section.Path,
            typeof(WebSoEventsOptions),
            [$"{section.Path}:{key} is '{text}': give {format}."]);
    }

    // One value, or a list of them.
    private static string[] ReadValues(IConfigurationSection section) =>
        section.Value is { } value ? [value] : [.. section.GetChildren().Select(child => child.Value ?? "")];

    // Options are made anew at each reload of the configuration, and with them what a delegate of the application reads from it.
    internal sealed class ChangeTokenSource(string name, IServiceProvider services) : IOptionsChangeTokenSource<WebSoEventsOptions>
    {
        private static readonly IChangeToken s_never = new CancellationChangeToken(CancellationToken.None);

        public string Name { get; } = name;

        public IChangeToken GetChangeToken() => services.GetService<IConfiguration>()?.GetReloadToken() ?? s_never;
    }
}
