using System.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// Binds the configuration to options. Never throws: it adds a problem for each unreadable value, and the validator reports it.
internal sealed class WebSoEventsOptionsBinder(EndpointSections sections) : IConfigureNamedOptions<WebSoEventsOptions>
{
    private const string ServerConfiguration = nameof(ServerConfiguration);
    private const string SecretForm = "Write an object with named secrets, \"NAME\": \"SECRET\" or \"NAME\": { \"current\": \"SECRET\", \"previous\": \"SECRET\" }, "
        + "so that a later configuration source can override each secret by name.";

    private static readonly string[] s_guards =
    [
        nameof(WebSoEventsOptions.RequiredHeaders), nameof(WebSoEventsOptions.BasicCredentials), nameof(WebSoEventsOptions.AllowedNetworks),
        nameof(WebSoEventsOptions.CallbackKeys), nameof(WebSoEventsOptions.CallbackSigningKey), nameof(WebSoEventsOptions.CallbackPathPrefix),
        nameof(WebSoEventsOptions.RequireSignedCallbackUrl), nameof(WebSoEventsOptions.AllowAnonymousCalls), ServerConfiguration, EndpointSections.Root,
    ];

    // These keys set guards and other options, so a problem with them keeps the last values of both.
    private static readonly string[] s_both = [ServerConfiguration, EndpointSections.Root];

    public void Configure(WebSoEventsOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoEventsOptions options)
    {
        options.SectionPath = sections.PathOf(name);
        if (sections.Find(name) is not { } section)
            return;

        var reader = new SectionReader(section);
        if (sections.IsGiven(name) && !section.Exists())
            reader.Refuse(EndpointSections.Root, $"The section {section.Path}, which was passed to AddWebSoEvents, does not exist or is empty. Correct its name, or add the section.");

        // Read the file first, so that keys of the section override it.
        ConfigureByServer(section, reader, options);
        options.Filter = reader.Text(nameof(options.Filter), "Write one comma-separated string.") ?? options.Filter;
        options.MaxBodySize = reader.Int32(nameof(options.MaxBodySize)) ?? options.MaxBodySize;
        options.MaxQueryLength = reader.Int32(nameof(options.MaxQueryLength)) ?? options.MaxQueryLength;
        options.BodyTimeout = reader.Time(nameof(options.BodyTimeout)) ?? options.BodyTimeout;
        options.HandlerTimeout = reader.Time(nameof(options.HandlerTimeout), allowInfinite: true) ?? options.HandlerTimeout;
        options.ServerRetryDelay = reader.Time(nameof(options.ServerRetryDelay)) ?? options.ServerRetryDelay;
        ConfigureCredentials(reader, options);
        ConfigureCallbacks(reader, options);
        RefuseIgnoredKeys(name, reader);
        foreach (var (key, message) in reader.Problems)
        {
            if (Array.IndexOf(s_guards, key) >= 0)
                options.Problems.Add(new OptionsProblem(true, message));
            if (Array.IndexOf(s_guards, key) < 0 || Array.IndexOf(s_both, key) >= 0)
                options.Problems.Add(new OptionsProblem(false, message));
        }
    }

    private static void ConfigureByServer(IConfigurationSection section, SectionReader reader, WebSoEventsOptions options)
    {
        if (reader.Text(ServerConfiguration) is not { } path)
            return;

        try
        {
            // A header in the section replaces the same header in the file. A call has only one Authorization header, so BasicCredentials
            // in the section also replace the Authorization header in the file; requiring both would refuse every call.
            var named = section.GetSection(nameof(options.RequiredHeaders)).GetChildren().Select(header => header.Key).ToList();
            if (section.GetSection(nameof(options.BasicCredentials)).GetChildren().Any())
                named.Add(HeaderName.Authorization);
            options.Use(WebSoServerConfiguration.Read(path), name => !named.Contains(name, StringComparer.OrdinalIgnoreCase));
        }
        catch (Exception failure) when (failure
            is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException or SecurityException)
        {
            reader.Refuse(
                ServerConfiguration,
                $"{section.Path}:{ServerConfiguration} is '{path}', which can't be used ({failure.Message}). Set the path of the server's config.ini or of a copy, or remove the key.");
        }
    }

    private static void ConfigureCredentials(SectionReader reader, WebSoEventsOptions options)
    {
        foreach (var header in reader.Named(nameof(options.RequiredHeaders), SecretForm))
        {
            if (ReadSecrets(reader, nameof(options.RequiredHeaders), header) is { } values)
                options.RequireHeader(header.Key, values);
        }

        foreach (var user in reader.Named(nameof(options.BasicCredentials), SecretForm))
        {
            if (ReadSecrets(reader, nameof(options.BasicCredentials), user) is { } passwords)
                options.RequireBasicAuthentication(user.Key, passwords);
        }

        foreach (var network in reader.List(nameof(options.AllowedNetworks)))
            options.AllowedNetworks.Add(network);
    }

    private static void ConfigureCallbacks(SectionReader reader, WebSoEventsOptions options)
    {
        foreach (var key in reader.Named(nameof(options.CallbackKeys), "Write an object with one key per ID, \"ID\": \"KEY\"."))
        {
            if (key.GetChildren().Any())
                reader.Refuse(nameof(options.CallbackKeys), $"{key.Path} is a list or a section. Write one key as base64. To use several keys, give each its own ID.");
            else
                options.CallbackKeys[key.Key] = key.Value ?? "";
        }

        if (reader.Text(nameof(options.CallbackSigningKey)) is { Length: > 0 } signingKey)
            options.CallbackSigningKey = signingKey;
        options.CallbackPathPrefix = reader.Text(nameof(options.CallbackPathPrefix)) ?? options.CallbackPathPrefix;
        options.RequireSignedCallbackUrl = reader.Boolean(nameof(options.RequireSignedCallbackUrl)) ?? options.RequireSignedCallbackUrl;
        options.AllowAnonymousCalls = reader.Boolean(nameof(options.AllowAnonymousCalls)) ?? options.AllowAnonymousCalls;
    }

    // One secret, or several named secrets. A name that looks like a comment is skipped, and a null value removes the secret. Returns null
    // if the section was refused.
    private static string[]? ReadSecrets(SectionReader reader, string key, IConfigurationSection section)
    {
        if (!section.GetChildren().Any())
            return section.Value is { } value ? [value] : [];

        var parts = section.GetChildren().Where(part => !SectionReader.IsIgnored(part.Key)).ToList();
        if (!string.IsNullOrEmpty(section.Value))
            reader.Refuse(key, $"{section.Path} is a string in one configuration source and an object in another, so it is not clear which secrets are valid. Use an object in both.");
        else if (parts.Exists(part => part.Key == "0" || part.GetChildren().Any()))
            reader.Refuse(key, $"{section.Path} is a list, or contains a section. {SecretForm}");
        else
            return [.. parts.Select(part => part.Value).OfType<string>()];
        return null;
    }

    private void RefuseIgnoredKeys(string? name, SectionReader reader)
    {
        // WebSoEvents:Endpoints is inside the section of the default endpoint, and RootSectionCheck checks it.
        var others = sections.ReservedKeys(name).Concat(sections.PathOf(name) == EndpointSections.Root ? [EndpointSections.Endpoints] : []);
        reader.RefuseUnknownKeys(others, "Inbox", "The endpoint has no inbox. Add one with UseSqliteInbox or UsePostgreSqlInbox, or remove the section.");
        if (sections.ChecksRoot(name) && sections.Configuration is { } configuration)
            reader.Problems.AddRange(new RootSectionCheck(configuration, sections, reader.Keys).Run());
    }
}
