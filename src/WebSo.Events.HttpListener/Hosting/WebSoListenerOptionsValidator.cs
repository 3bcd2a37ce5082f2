using Microsoft.Extensions.Options;

namespace WebSo.Events.Listener.Hosting;

internal sealed class WebSoListenerOptionsValidator : IValidateOptions<WebSoListenerOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoListenerOptions options)
    {
        var bounds = new BoundsCheck();
        if (options.Prefixes.Count == 0)
            bounds.Problems.Add("Prefixes is empty. Add at least one prefix, for example http://localhost:8085/webso/events/.");
        foreach (var prefix in options.Prefixes)
        {
            if (!ListenerPrefix.TryParse(prefix, out _, out var problem))
                bounds.Problems.Add(problem!);
        }

        bounds.Number(nameof(options.MaxConcurrentRequests), options.MaxConcurrentRequests, 1, 100_000);
        bounds.Time(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1));
        return bounds.ToResult();
    }
}
