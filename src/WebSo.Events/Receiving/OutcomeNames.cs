namespace WebSo.Events.Receiving;

// The values of the attribute webso.outcome.
internal static class OutcomeNames
{
    public static string Of(ReceiveOutcome outcome) => outcome switch
    {
        ReceiveOutcome.Handled => "handled",
        ReceiveOutcome.Stored => "stored",
        ReceiveOutcome.Duplicate => "duplicate",
        ReceiveOutcome.Filtered => "filtered",
        ReceiveOutcome.Unhandled => "unhandled",
        ReceiveOutcome.Malformed => "malformed",
        ReceiveOutcome.MalformedKept => "malformed_kept",
        ReceiveOutcome.Unauthorized => "unauthorized",
        ReceiveOutcome.Forbidden => "forbidden",
        ReceiveOutcome.MethodNotAllowed => "method_not_allowed",
        ReceiveOutcome.QueryTooLong => "query_too_long",
        ReceiveOutcome.BodyTimeout => "body_timeout",
        ReceiveOutcome.BodyTooLarge => "body_too_large",
        ReceiveOutcome.BodyTorn => "body_torn",
        ReceiveOutcome.BodyMalformed => "body_malformed",
        ReceiveOutcome.BodyEmpty => "body_empty",
        ReceiveOutcome.BodyConsumed => "body_consumed",
        ReceiveOutcome.HandlerFailed => "handler_failed",
        ReceiveOutcome.Unavailable => "unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "This outcome has no name."),
    };
}
