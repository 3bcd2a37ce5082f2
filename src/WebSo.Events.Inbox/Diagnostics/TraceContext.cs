using System.Diagnostics;

namespace WebSo.Events;

// The trace of a call, as it is kept with its event: the spans of the handling are linked to it, over any restart.
internal static class TraceContext
{
    // What the W3C demands of all to carry; a longer one is dropped as a whole, as it allows.
    private const int MaxStateLength = 512;

    public static WebSoTraceContext? Current(ActivitySource source)
    {
        if (!source.HasListeners() || Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } parent } activity)
            return null;

        var state = activity.TraceStateString;
        return new WebSoTraceContext(parent, state is { Length: > 0 and <= MaxStateLength } ? state : null);
    }

    public static ActivityLink? LinkTo(WebSoInboxClaim claim) => LinkTo(claim.Trace);

    public static ActivityLink? LinkTo(WebSoTraceContext? stored) =>
        stored is { } trace && ActivityContext.TryParse(trace.Parent, trace.State, isRemote: true, out var context) ? new ActivityLink(context) : null;
}
