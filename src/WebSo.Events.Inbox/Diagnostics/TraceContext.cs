using System.Diagnostics;

namespace WebSo.Events;

// The trace of a call as it is stored with its delivery: the spans of the handling link to it, across restarts.
internal static class TraceContext
{
    // The longest that W3C requires everyone to carry. A longer one is dropped as a whole, as W3C allows.
    private const int MaxStateLength = 512;

    public static WebSoTraceContext? Current(ActivitySource source)
    {
        if (!source.HasListeners() || Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } parent } activity)
            return null;

        var state = activity.TraceStateString;
        return new WebSoTraceContext(parent, state is { Length: > 0 and <= MaxStateLength } ? state : null);
    }

    public static ActivityLink? LinkTo(WebSoTraceContext? stored) =>
        stored is { } trace && ActivityContext.TryParse(trace.Parent, trace.State, isRemote: true, out var context) ? new ActivityLink(context) : null;
}
