using Microsoft.Extensions.Options;

namespace WebSo.Events;

internal sealed class WebSoInboxHealthOptionsValidator : IValidateOptions<WebSoInboxHealthOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoInboxHealthOptions options)
    {
        var problems = new List<string>();
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
