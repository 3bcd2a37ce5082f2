namespace WebSo.Events.CrashTest;

// Where the process kills itself. None: the test kills it, at a random time. Stop: the test asks it to stop, at a random time.
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
