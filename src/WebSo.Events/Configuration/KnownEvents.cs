using Microsoft.Extensions.Options;

namespace WebSo.Events;

// The names of events that options can refer to: the documented ones, and those of AddEventType.
internal sealed class KnownEvents(IOptionsMonitor<EndpointRegistrations> registrations)
{
    // Null: the endpoint knows the event.
    public string? FindProblem(string? endpoint, string eventName)
    {
        var known = NamesOf(endpoint);
        return Array.IndexOf(known, eventName) >= 0
            ? null
            : $"the event '{LogText.Of(eventName)}', which the endpoint does not know. Did you mean {NearestName.Of(eventName, known)}? "
                + "Upper and lower case differ. Add an event that is not documented by AddEventType.";
    }

    private string[] NamesOf(string? endpoint)
    {
        try
        {
            return [.. registrations.Get(endpoint).CreateSerializer().EventNames];
        }
        catch (OptionsValidationException)
        {
            // The registrations' own validator reports it.
            return [.. WebSoEventSerializer.Default.EventNames];
        }
    }
}
