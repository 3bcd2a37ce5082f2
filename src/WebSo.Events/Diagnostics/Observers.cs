namespace WebSo.Events;

// Calls what tells listeners of traces and metrics: they are the application's code. One that throws loses what it was told, and nothing else.
internal static class Observers
{
    public static void Tell(Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception)
        {
            // There is no place to report it: a logger may be fed by the same listener.
        }
    }
}
