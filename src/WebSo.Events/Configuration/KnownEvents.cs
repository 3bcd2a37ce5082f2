namespace WebSo.Events.Configuration;

// The names of events that options can refer to: the documented ones, and those of AddEventType, by the name of the endpoint.
internal sealed class KnownEvents(Func<string, IReadOnlyList<string>> getNames)
{
    // Null: the endpoint knows the event.
    public string? FindProblem(string? endpoint, string eventName)
    {
        var known = getNames(endpoint ?? "");
        return known.Contains(eventName)
            ? null
            : $"the event '{LogText.Of(eventName)}', which the endpoint does not know. Did you mean {NearestName.Of(eventName, known)}? "
                + "Upper and lower case differ. Add an event that is not documented by AddEventType.";
    }
}
