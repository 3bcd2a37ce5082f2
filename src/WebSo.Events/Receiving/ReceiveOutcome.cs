namespace WebSo.Events.Receiving;

/// <summary>The outcome of a call. <see cref="Receipt.StatusCode"/> maps it to a response.</summary>
internal enum ReceiveOutcome
{
    /// <summary>All handlers completed: 200.</summary>
    Handled,

    /// <summary>The event is stored and will be handled: 200.</summary>
    Stored,

    /// <summary>The call duplicates a delivery that was accepted before: 200.</summary>
    Duplicate,

    /// <summary>The filter dropped the event: 200.</summary>
    Filtered,

    /// <summary>No handler is registered for the event: 200.</summary>
    Unhandled,

    /// <summary>The body is not an event, and is not stored: 400.</summary>
    Malformed,

    /// <summary>The body is not an event, and is stored: 200.</summary>
    MalformedKept,

    /// <summary>Credentials are missing or wrong: 401 with <c>WWW-Authenticate</c>.</summary>
    Unauthorized,

    /// <summary>The source address is not allowed: 403.</summary>
    Forbidden,

    /// <summary>The method is not POST: 405 with <c>Allow</c>.</summary>
    MethodNotAllowed,

    /// <summary>The query is longer than the limit: 414.</summary>
    QueryTooLong,

    /// <summary>The body did not arrive in time: 408.</summary>
    BodyTimeout,

    /// <summary>The body is larger than the limit: 413.</summary>
    BodyTooLarge,

    /// <summary>The connection was lost before the body was complete: no response.</summary>
    BodyTorn,

    /// <summary>The chunked framing or the compression of the body is not valid: 400.</summary>
    BodyMalformed,

    /// <summary>The call has no body or an empty body: 400.</summary>
    BodyEmpty,

    /// <summary>A middleware read the body before the receiver: 500.</summary>
    BodyConsumed,

    /// <summary>A handler failed: 500.</summary>
    HandlerFailed,

    /// <summary>The event can't be accepted now: 503 with <c>Retry-After</c>.</summary>
    Unavailable,
}
