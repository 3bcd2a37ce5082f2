using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Configuration to options. Never throws: what can't be read becomes a problem of the options, which their validator reports.
internal sealed class WebSoInboxHealthOptionsBinder(EndpointSections sections) : IConfigureNamedOptions<WebSoInboxHealthOptions>
{
    public const string Section = "Health";

    public static string PathOf(EndpointSections sections, string? name) => $"{sections.PathOf(name)}:{WebSoInboxOptionsBinder.Section}:{Section}";

    public void Configure(WebSoInboxHealthOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoInboxHealthOptions options)
    {
        if (sections.Find(name) is not { } endpoint)
            return;

        var reader = new SectionReader(endpoint.GetSection($"{WebSoInboxOptionsBinder.Section}:{Section}"));
        options.MaxDeadLetters = reader.Int64(nameof(options.MaxDeadLetters)) ?? options.MaxDeadLetters;
        options.MaxHeldDocuments = reader.Int64(nameof(options.MaxHeldDocuments)) ?? options.MaxHeldDocuments;
        options.MaxStuckHandlers = reader.Int32(nameof(options.MaxStuckHandlers)) ?? options.MaxStuckHandlers;
        options.MaxOldestAge = reader.Time(nameof(options.MaxOldestAge)) ?? options.MaxOldestAge;
        options.StoreTimeout = reader.Time(nameof(options.StoreTimeout)) ?? options.StoreTimeout;
        reader.RefuseUnknownKeys([]);
        options.Problems.AddRange(reader.Problems.Select(problem => problem.Message));
    }
}
