using System.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// Configuration to options. Never throws: what can't be read becomes a problem of the options, which their validator reports.
internal sealed class WebSoEventsOptionsBinder(EndpointSections sections) : IConfigureNamedOptions<WebSoEventsOptions>
{
    private const string ServerConfiguration = nameof(ServerConfiguration);
    private const string SecretForm = "Write an object by name, as \"NAME\": \"SECRET\" or \"NAME\": { \"current\": \"SECRET\", \"previous\": \"SECRET\" }, "
        + "so that a later source of the configuration overrides a secret by its name.";

    private static readonly string[] s_guards =
    [
        nameof(WebSoEventsOptions.RequiredHeaders), nameof(WebSoEventsOptions.BasicCredentials), nameof(WebSoEventsOptions.AllowedNetworks),
        nameof(WebSoEventsOptions.CallbackKeys), nameof(WebSoEventsOptions.CallbackSigningKey), nameof(WebSoEventsOptions.CallbackPathPrefix),
        nameof(WebSoEventsOptions.RequireSignedCallbackUrl), nameof(WebSoEventsOptions.AllowAnonymousCalls), ServerConfiguration, EndpointSections.Root,
    ];

    // They hold guards and other options: a problem is one of both, so that the others keep their last values, too.
    private static readonly string[] s_both = [ServerConfiguration, EndpointSections.Root];

    public void Configure(WebSoEventsOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoEventsOptions options)
    {
        options.SectionPath = sections.PathOf(name);
        if (sections.Find(name) is not { } section)
            return;

        var reader = new SectionReader(section);
        if (sections.IsGiven(name) && !section.Exists())
            reader.Refuse(EndpointSections.Root, $"The section {section.Path}, given to AddWebSoEvents, is not in the configuration, or is empty. Correct its name, or add it.");

        // The file first, so that the keys beside it replace what it says.
        ConfigureByServer(section, reader, options);
        options.Filter = reader.Text(nameof(options.Filter), "Write one text, with commas between the names.") ?? options.Filter;
        options.MaxBodySize = reader.Int32(nameof(options.MaxBodySize)) ?? options.MaxBodySize;
        options.MaxQueryLength = reader.Int32(nameof(options.MaxQueryLength)) ?? options.MaxQueryLength;
        options.BodyTimeout = reader.Time(nameof(options.BodyTimeout)) ?? options.BodyTimeout;
        options.HandlerTimeout = reader.Time(nameof(options.HandlerTimeout), allowInfinite: true) ?? options.HandlerTimeout;
        options.ServerRetryDelay = reader.Time(nameof(options.ServerRetryDelay)) ?? options.ServerRetryDelay;
        ConfigureCredentials(reader, options);
        ConfigureCallbacks(reader, options);
        RefuseWhatIsIgnored(name, reader);
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
            // A header that the section names is not taken from the file: a value there may be what the section is to replace. A call has one
            // Authorization, so users of the section and another value in the file would refuse every call.
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
                $"{section.Path}:{ServerConfiguration} is '{path}', which can't be used ({failure.Message}). Write the path of the server's config.ini, or of a copy of it, or remove the key.");
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
        foreach (var key in reader.Named(nameof(options.CallbackKeys), "Write an object by ID, as \"ID\": \"KEY\"."))
        {
            if (key.GetChildren().Any())
                reader.Refuse(nameof(options.CallbackKeys), $"{key.Path} is a list or a section. Write one key as base64; several keys have an ID each.");
            else
                options.CallbackKeys[key.Key] = key.Value ?? "";
        }

        if (reader.Text(nameof(options.CallbackSigningKey)) is { Length: > 0 } signingKey)
            options.CallbackSigningKey = signingKey;
        options.CallbackPathPrefix = reader.Text(nameof(options.CallbackPathPrefix)) ?? options.CallbackPathPrefix;
        options.RequireSignedCallbackUrl = reader.Boolean(nameof(options.RequireSignedCallbackUrl)) ?? options.RequireSignedCallbackUrl;
        options.AllowAnonymousCalls = reader.Boolean(nameof(options.AllowAnonymousCalls)) ?? options.AllowAnonymousCalls;
    }

    // One secret, or several by labels, of which one that looks like a comment is none. A label whose value is null is taken back.
    // Null: refused.
    private static string[]? ReadSecrets(SectionReader reader, string key, IConfigurationSection section)
    {
        if (!section.GetChildren().Any())
            return section.Value is { } value ? [value] : [];

        var parts = section.GetChildren().Where(part => !SectionReader.IsIgnored(part.Key)).ToList();
        if (!string.IsNullOrEmpty(section.Value))
            reader.Refuse(key, $"{section.Path} is a text in one source of the configuration, and an object in another, so it is not clear which secrets are valid. Write an object in both.");
        else if (parts.Exists(part => part.Key == "0" || part.GetChildren().Any()))
            reader.Refuse(key, $"{section.Path} is a list, or has a section in it. {SecretForm}");
        else
            return [.. parts.Select(part => part.Value).OfType<string>()];
        return null;
    }

    private void RefuseWhatIsIgnored(string? name, SectionReader reader)
    {
        // The section WebSoEvents:Endpoints is one of the default endpoint's, and looked at with the root.
        var others = sections.OwnedKeys(name).Concat(sections.PathOf(name) == EndpointSections.Root ? [EndpointSections.Endpoints] : []);
        reader.RefuseUnknownKeys(others, "Inbox", "The endpoint has no inbox: add one, as UseSqliteInbox or UsePostgreSqlInbox, or remove the section.");
        if (sections.LooksAtRoot(name) && sections.Configuration is { } configuration)
            reader.Problems.AddRange(new RootSectionCheck(configuration, sections, reader.Keys).Run());
    }
}
