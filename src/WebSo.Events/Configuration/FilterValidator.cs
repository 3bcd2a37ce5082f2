using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// A filter drops what it does not name: a name that no event has would drop the event that was meant, with a 200.
internal sealed class FilterValidator(KnownEvents events) : IValidateOptions<WebSoEventsOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoEventsOptions options)
    {
        var problems = WebSoEventFilter.Parse(options.Filter).Names
            .Select(eventName => events.FindProblem(name, eventName))
            .OfType<string>()
            .Select(problem => $"{options.SectionPath ?? nameof(WebSoEventsOptions)}: Filter has {problem}")
            .ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
