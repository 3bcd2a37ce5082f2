namespace WebSo.Events.Configuration;

// The event names that options of an endpoint can refer to: the documented ones and those added with AddEventType.
internal sealed class KnownEventNames(Func<string, IReadOnlyList<string>> getNames)
{
    // Null if the event is known.
    public string? FindProblem(string? endpoint, string eventName)
    {
        var known = getNames(endpoint ?? "");
        return known.Contains(eventName)
            ? null
            : $"the event '{LogText.Of(eventName)}', which the endpoint does not know. Did you mean {NearestName.Of(eventName, known)}? "
                + "Event names are case-sensitive. To use an undocumented event, add it with AddEventType.";
    }
}
