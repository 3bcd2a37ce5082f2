using System.Diagnostics;

namespace WebSo.Events.Diagnostics;

// Starts and stops spans. A listener that throws loses only its span.
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
            // The listener failed. Its missing spans show the failure.
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
            // The listener failed, as in Start.
            Activity.Current = activity?.Parent;
        }
    }
}
