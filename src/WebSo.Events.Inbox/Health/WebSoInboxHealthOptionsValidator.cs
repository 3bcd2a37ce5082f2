using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

internal sealed class WebSoInboxHealthOptionsValidator(IServiceProvider services) : IValidateOptions<WebSoInboxHealthOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoInboxHealthOptions options)
    {
        var problems = new List<string>();
        if (services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(InboxStatus), name ?? "") == false)
        {
            problems.Add(
                $"AddWebSoInbox was called, but the endpoint '{name}' has no inbox. Give it one, as services.AddWebSoEvents("
                + $"{(string.IsNullOrEmpty(name) ? "" : $"\"{name}\"")}).UseSqliteInbox(\"events.db\"), or leave the check out.");
        }

        if (options.MaxDeadLetters < 0)
            problems.Add($"MaxDeadLetters is {options.MaxDeadLetters}: give a number from 0.");
        if (options.MaxHeldDocuments < 0)
            problems.Add($"MaxHeldDocuments is {options.MaxHeldDocuments}: give a number from 0.");
        if (options.MaxOldestAge < TimeSpan.FromSeconds(1) || options.MaxOldestAge > TimeSpan.FromDays(365))
            problems.Add($"MaxOldestAge is {options.MaxOldestAge}: give a time from 1 second to 365 days.");
        if (options.StoreTimeout < TimeSpan.FromMilliseconds(10) || options.StoreTimeout > TimeSpan.FromMinutes(1))
            problems.Add($"StoreTimeout is {options.StoreTimeout}: give a time from 10 ms to 1 minute.");
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(problem => $"{WebSoInboxHealthOptionsBinder.SectionOf(name)}: {problem}"));
    }
}
