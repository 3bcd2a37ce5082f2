using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

internal sealed class WebSoInboxHealthOptionsValidator(IServiceProvider services, EndpointSections sections) : IValidateOptions<WebSoInboxHealthOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoInboxHealthOptions options)
    {
        var problems = new List<string>();
        if (services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(InboxStatus), name ?? "") == false)
        {
            problems.Add(
                $"AddWebSoInbox was called, but {new EndpointLabel(name ?? "")} has no inbox. Add one, as services.AddWebSoEvents("
                + $"{(string.IsNullOrEmpty(name) ? "" : $"\"{name}\"")}).UseSqliteInbox(\"events.db\"), or remove the health check.");
        }

        var bounds = new BoundsCheck();
        bounds.Number(nameof(options.MaxDeadLetters), options.MaxDeadLetters, 0);
        bounds.Number(nameof(options.MaxHeldDocuments), options.MaxHeldDocuments, 0);
        bounds.Number(nameof(options.MaxStuckHandlers), options.MaxStuckHandlers, 0);
        bounds.Time(nameof(options.MaxOldestAge), options.MaxOldestAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        bounds.Time(nameof(options.StoreTimeout), options.StoreTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        string[] all = [.. options.Problems, .. problems.Concat(bounds.Problems).Select(problem => $"{WebSoInboxHealthOptionsBinder.PathOf(sections, name)}: {problem}")];
        return all.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }
}
