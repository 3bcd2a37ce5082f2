using System.Diagnostics;

namespace WebSo.Events;

// The span that stored an event, as its traceparent and tracestate: the spans of the handling link to it, across restarts.
internal sealed record TraceContext(string Parent, string? State)
{
    // The longest that W3C requires everyone to carry. A longer one is dropped as a whole, as W3C allows.
    private const int MaxStateLength = 512;

    public static TraceContext? Current(ActivitySource source)
    {
        if (!source.HasListeners() || Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } parent } activity)
            return null;

        var state = activity.TraceStateString;
        return new TraceContext(parent, state is { Length: > 0 and <= MaxStateLength } ? state : null);
    }

    public ActivityLink? ToLink() => ActivityContext.TryParse(Parent, State, isRemote: true, out var context) ? new ActivityLink(context) : null;
}
