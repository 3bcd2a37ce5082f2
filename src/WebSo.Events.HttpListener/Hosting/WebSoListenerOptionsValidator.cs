using Microsoft.Extensions.Options;

namespace WebSo.Events.Listener.Hosting;

internal sealed class WebSoListenerOptionsValidator : IValidateOptions<WebSoListenerOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoListenerOptions options)
    {
        var problems = new List<string>();
        if (options.Prefixes.Count == 0)
            problems.Add("Prefixes is empty. Add at least one prefix, for example http://localhost:8085/webso/events/.");
        foreach (var prefix in options.Prefixes)
        {
            if (!ListenerPrefix.TryParse(prefix, out _, out var problem))
                problems.Add(problem!);
        }

        if (options.MaxConcurrentRequests is < 1 or > 100_000)
            problems.Add($"MaxConcurrentRequests is {options.MaxConcurrentRequests}. It must be from 1 to 100000.");
        if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > TimeSpan.FromHours(1))
            problems.Add($"DrainTimeout is {options.DrainTimeout}. It must be from zero to 1 hour (01:00:00).");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
