using System.Diagnostics;

namespace WebSo.Events.Inbox.Diagnostics;

// The span that stored a delivery, as traceparent and tracestate. Spans of later attempts link to it, also after a restart.
internal sealed record TraceContext(string Parent, string? State)
{
    // The length that the W3C specification requires everyone to propagate. A longer tracestate is dropped as a whole, which W3C allows.
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
