using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Changed options that are not valid, or can't be made, leave the last valid ones in force. Here, since a monitor makes the options
// within the change token's callback: what it throws reaches whoever reloads the configuration, as the thread of a file watcher.
internal sealed class WebSoEventsOptionsFactory(
    IEnumerable<IConfigureOptions<WebSoEventsOptions>> setups,
    IEnumerable<IPostConfigureOptions<WebSoEventsOptions>> postConfigures,
    IEnumerable<IValidateOptions<WebSoEventsOptions>> validations,
    ILogger logger) : IOptionsFactory<WebSoEventsOptions>
{
    private readonly OptionsFactory<WebSoEventsOptions> _inner = new(setups, postConfigures, validations);
    private readonly ConcurrentDictionary<string, WebSoEventsOptions> _lastValid = new(StringComparer.Ordinal);

    public WebSoEventsOptions Create(string name)
    {
        WebSoEventsOptions? last = null;
        try
        {
            return _lastValid[name] = _inner.Create(name);
        }
        catch (Exception e) when (_lastValid.TryGetValue(name, out last))
        {
            ReceiverLog.OptionsRefused(logger, e, name);
            return last;
        }
    }
}
