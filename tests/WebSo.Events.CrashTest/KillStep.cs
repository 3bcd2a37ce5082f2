namespace WebSo.Events.CrashTest;

// Where the process kills itself; None: the test kills it, at a random time.
public enum KillStep
{
    None,
    BeforeWrite,
    AfterWrite,
    AfterAnswer,
    InHandler,
    BeforeMark,
    AfterMark,
}
