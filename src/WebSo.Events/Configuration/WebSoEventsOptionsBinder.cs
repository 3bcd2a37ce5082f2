using System.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace WebSo.Events;

// Configuration to options. Never throws: what can't be read becomes a problem of the options, which their validator reports.
internal sealed class WebSoEventsOptionsBinder(IServiceProvider services)
    : IConfigureNamedOptions<WebSoEventsOptions>
{
    private const string ServerConfiguration = nameof(ServerConfiguration);

    private static readonly string[] s_guards =
    [
        nameof(WebSoEventsOptions.RequiredHeaders), nameof(WebSoEventsOptions.BasicCredentials), nameof(WebSoEventsOptions.AllowedNetworks),
        nameof(WebSoEventsOptions.CallbackKeys), nameof(WebSoEventsOptions.CallbackSigningKey), nameof(WebSoEventsOptions.RequireSignedCallbackUrl),
        nameof(WebSoEventsOptions.AllowAnonymousCalls), ServerConfiguration,
    ];

    // A program without a host may have no configuration.
    private readonly IConfiguration? _configuration = services.GetService<IConfiguration>();

    public void Configure(WebSoEventsOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoEventsOptions options)
    {
        if (_configuration is null)
            return;

        var section = _configuration.GetSection(SectionOf(name));
        var reader = new SectionReader(section);
        options.Filter = reader.Text(nameof(options.Filter)) ?? options.Filter;
        options.MaxBodySize = (int)(reader.Number(nameof(options.MaxBodySize), int.MaxValue) ?? options.MaxBodySize);
        options.MaxQueryLength = (int)(reader.Number(nameof(options.MaxQueryLength), int.MaxValue) ?? options.MaxQueryLength);
        options.BodyTimeout = reader.Time(nameof(options.BodyTimeout)) ?? options.BodyTimeout;
        options.HandlerTimeout = reader.Time(nameof(options.HandlerTimeout)) ?? options.HandlerTimeout;
        options.ServerRetryDelay = reader.Time(nameof(options.ServerRetryDelay)) ?? options.ServerRetryDelay;
        ConfigureGuards(section, reader, options);
        options.Problems.AddRange(reader.Problems.Select(problem => new OptionsProblem(IsGuard(problem.Key), problem.Message)));
    }

    public static string SectionOf(string? name) => string.IsNullOrEmpty(name) ? "WebSoEvents" : $"WebSoEvents:Endpoints:{name}";

    public static bool IsGuard(string key) => Array.IndexOf(s_guards, key) >= 0;

    private static void ConfigureGuards(IConfigurationSection section, SectionReader reader, WebSoEventsOptions options)
    {
        foreach (var header in section.GetSection(nameof(options.RequiredHeaders)).GetChildren())
            options.RequireHeader(header.Key, ReadValues(header));
        foreach (var user in section.GetSection(nameof(options.BasicCredentials)).GetChildren())
            options.RequireBasicAuthentication(user.Key, ReadValues(user));
        foreach (var network in ReadValues(section.GetSection(nameof(options.AllowedNetworks))))
            options.AllowedNetworks.Add(network);
        foreach (var key in section.GetSection(nameof(options.CallbackKeys)).GetChildren())
            options.CallbackKeys[key.Key] = key.Value ?? "";
        if (reader.Text(nameof(options.CallbackSigningKey)) is { Length: > 0 } signingKey)
            options.CallbackSigningKey = signingKey;
        options.RequireSignedCallbackUrl = reader.Boolean(nameof(options.RequireSignedCallbackUrl)) ?? options.RequireSignedCallbackUrl;
        options.AllowAnonymousCalls = reader.Boolean(nameof(options.AllowAnonymousCalls)) ?? options.AllowAnonymousCalls;
        if (reader.Text(ServerConfiguration) is { Length: > 0 } path)
            ConfigureByServer(section, reader, path, options);
    }

    private static void ConfigureByServer(IConfigurationSection section, SectionReader reader, string path, WebSoEventsOptions options)
    {
        try
        {
            options.UseServerConfiguration(path);
        }
        catch (Exception failure) when (failure
            is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException or SecurityException)
        {
            reader.Refuse(
                ServerConfiguration,
                $"{section.Path}:{ServerConfiguration} is '{path}': {failure.Message} Give the path of the server's config.ini, or of a copy of it, or remove the key.");
        }
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
