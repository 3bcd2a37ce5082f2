namespace WebSo.Events;

/// <summary>The generations of WebSignatureOffice. They differ in what the config.ini can say and in what happens after a failed call.</summary>
public enum WebSoServerGeneration
{
    /// <summary>
    /// A failed call is repeated after <c>webso_events_retry</c>, or after 5000 ms if that is not set, until it succeeds. The server does not
    /// know <c>webso_events_retries</c>, <c>webso_events_keys</c> and <c>webso_events_values</c>.
    /// </summary>
    First = 1,

    /// <summary>
    /// A failed call is repeated after <c>webso_events_retry</c> until it succeeds. If that is not set, the call is not repeated and the event is
    /// lost. The server sends additional headers and does not know <c>webso_events_retries</c>.
    /// </summary>
    Second = 2,

    /// <summary>The current generation. Like <see cref="Second"/>, and <c>webso_events_retries</c> limits the retries.</summary>
    Third = 3,
}
