using System.Diagnostics;

namespace WebSo.Events.Diagnostics;

// Starts and stops spans. A listener that throws loses its span, and changes nothing else.
internal static class SafeActivity
{
    public static Activity? Start(Func<Activity?> start)
    {
        var outer = Activity.Current;
        try
        {
            return start();
        }
        catch (Exception)
        {
            // The listener is what failed, and whoever listens to it sees that its spans are missing.
            Activity.Current = outer;
            return null;
        }
    }

    public static void Stop(Activity? activity)
    {
        try
        {
            activity?.Dispose();
        }
        catch (Exception)
        {
            // As in Start.
            Activity.Current = activity?.Parent;
        }
    }
}
