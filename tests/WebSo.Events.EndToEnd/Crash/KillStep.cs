namespace WebSo.Events.EndToEnd.Crash;

// Where the process kills itself. None: the test kills it at a random time. Stop: the test stops it gracefully at a random time.
public enum KillStep
{
    None,
    Stop,
    BeforeWrite,
    AfterWrite,
    AfterAnswer,
    InHandler,
    BetweenHandlers,
    AfterHandlers,
}
