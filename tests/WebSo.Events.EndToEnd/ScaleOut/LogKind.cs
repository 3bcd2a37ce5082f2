namespace WebSo.Events.EndToEnd.ScaleOut;

internal enum LogKind
{
    // A handler began, completed, or ended without completing.
    Begin,
    End,
    Cut,

    // The machine did not run the process for a while, although the test did not stop it.
    Stall,
}
