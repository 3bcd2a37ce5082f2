namespace InboxLoad;

internal enum Variant
{
    // Drains the body and answers 200.
    Bare,

    // The receiver with an inbox whose handling is paused: what a call costs until it is answered.
    Accept,

    // The same with a handler that does nothing.
    AcceptAndHandle,

    // Opens a connection and inserts the body, at each call.
    Naive,
}
