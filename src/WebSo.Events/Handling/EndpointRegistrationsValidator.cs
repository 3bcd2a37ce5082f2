using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Handling;

// A handler that can't be created is found at start, not at the first event; and so are two types of one event.
internal sealed class EndpointRegistrationsValidator(IServiceProviderIsService known) : IValidateOptions<EndpointRegistrations>
{
    public ValidateOptionsResult Validate(string? name, EndpointRegistrations options)
    {
        var problems = options.Handlers.Select(handler => handler.FindProblem(known)).OfType<string>().ToList();
        foreach (var twice in options.Handlers.GroupBy(handler => handler.Name).Where(group => group.Count() > 1))
            problems.Add($"Two handlers are named '{twice.Key}': an inbox records by the name which have completed, so give each its own.");
        try
        {
            options.CreateSerializer();
        }
        catch (ArgumentException conflict)
        {
            problems.Add(conflict.Message);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
