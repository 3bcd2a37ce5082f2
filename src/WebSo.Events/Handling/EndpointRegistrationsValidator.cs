using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Handling;

// Reports handlers that can't be created and conflicting event types at the start, not at the first event.
internal sealed class EndpointRegistrationsValidator(IServiceProviderIsService known) : IValidateOptions<EndpointRegistrations>
{
    public ValidateOptionsResult Validate(string? name, EndpointRegistrations options)
    {
        var check = new BoundsCheck();
        check.Problems.AddRange(options.Handlers.Select(handler => handler.FindProblem(known)).OfType<string>());
        foreach (var twice in options.Handlers.GroupBy(handler => handler.Name).Where(group => group.Count() > 1))
            check.Problems.Add($"Two handlers have the name '{twice.Key}'. An inbox uses the name to record that a handler completed, so give each handler a unique name.");
        try
        {
            options.CreateSerializer();
        }
        catch (ArgumentException conflict)
        {
            check.Problems.Add(conflict.Message);
        }

        return check.ToResult();
    }
}
