namespace WebSo.Events;

/// <summary>What a server does where <c>webso_events_retry</c> is not set: the two generations of the documentation differ.</summary>
public enum WebSoUnsetRetry
{
    /// <summary>The older documentation: a failed call is repeated after 5000 ms.</summary>
    RepeatAfterFiveSeconds,

    /// <summary>The newer documentation: a failed call is not repeated, and its event is lost.</summary>
    NeverRepeat,
}
