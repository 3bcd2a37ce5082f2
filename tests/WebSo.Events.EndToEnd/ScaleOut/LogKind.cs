namespace WebSo.Events.ScaleOutTest;

internal enum LogKind
{
    // A handler began, completed, or ended without completing.
    Begin,
    End,
    Cut,

    // The machine did not run the process for a while: it stood still without being stopped.
    Stall,
}
