using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// A misspelled name in the filter would silently drop the intended event with a 200 response.
internal sealed class FilterValidator(KnownEventNames events) : IValidateOptions<WebSoEventsOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoEventsOptions options)
    {
        var check = new BoundsCheck();
        check.Problems.AddRange(WebSoEventFilter.Parse(options.Filter).Names
            .Select(eventName => events.FindProblem(name, eventName))
            .OfType<string>()
            .Select(problem => $"{options.SectionPath ?? nameof(WebSoEventsOptions)}: Filter has {problem}"));
        return check.ToResult();
    }
}
