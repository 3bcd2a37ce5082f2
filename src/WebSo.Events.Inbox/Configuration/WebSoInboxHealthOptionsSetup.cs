using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Binds the configuration to options, and validates them. Binding adds a problem for each unreadable value, which the validation reports.
internal sealed class WebSoInboxHealthOptionsSetup(IServiceProvider services, EndpointSections sections)
    : IConfigureNamedOptions<WebSoInboxHealthOptions>, IValidateOptions<WebSoInboxHealthOptions>
{
    private const string Path = $"{WebSoInboxOptionsBinder.Section}:{WebSoInboxOptionsBinder.HealthSection}";

    public void Configure(WebSoInboxHealthOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WebSoInboxHealthOptions options)
    {
        if (sections.Find(name) is not { } endpoint)
            return;

        var reader = new SectionReader(endpoint.GetSection(Path));
        options.MaxDeadLetters = reader.Int64(nameof(options.MaxDeadLetters)) ?? options.MaxDeadLetters;
        options.MaxHeldDocuments = reader.Int64(nameof(options.MaxHeldDocuments)) ?? options.MaxHeldDocuments;
        options.MaxStuckHandlers = reader.Int32(nameof(options.MaxStuckHandlers)) ?? options.MaxStuckHandlers;
        options.MaxOldestAge = reader.Time(nameof(options.MaxOldestAge)) ?? options.MaxOldestAge;
        options.StoreTimeout = reader.Time(nameof(options.StoreTimeout)) ?? options.StoreTimeout;
        reader.RefuseUnknownKeys([]);
        options.Problems.AddRange(reader.Problems.Select(problem => problem.Message));
    }

    public ValidateOptionsResult Validate(string? name, WebSoInboxHealthOptions options)
    {
        var bounds = new BoundsCheck();
        if (services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(EndpointRole), name ?? "") == false)
        {
            var endpoint = new EndpointLabel(name ?? "");
            bounds.Problems.Add(
                $"AddWebSoInbox was called, but {endpoint} has no inbox. Add one, for example services.AddWebSoEvents({endpoint.Argument}).UseSqliteInbox(\"events.db\"), or remove the health check.");
        }

        bounds.Number(nameof(options.MaxDeadLetters), options.MaxDeadLetters, 0);
        bounds.Number(nameof(options.MaxHeldDocuments), options.MaxHeldDocuments, 0);
        bounds.Number(nameof(options.MaxStuckHandlers), options.MaxStuckHandlers, 0);
        bounds.Time(nameof(options.MaxOldestAge), options.MaxOldestAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        bounds.Time(nameof(options.StoreTimeout), options.StoreTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        string[] all = [.. options.Problems, .. bounds.Problems.Select(problem => $"{sections.PathOf(name)}:{Path}: {problem}")];
        return all.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }
}
