namespace WebSo.Events;

// The values of webso.outcome.
internal static class OutcomeNames
{
    public static string Of(WebSoOutcome outcome) => outcome switch
    {
        WebSoOutcome.Handled => "handled",
        WebSoOutcome.Stored => "stored",
        WebSoOutcome.Repeat => "repeat",
        WebSoOutcome.Filtered => "filtered",
        WebSoOutcome.Unhandled => "unhandled",
        WebSoOutcome.Malformed => "malformed",
        WebSoOutcome.MalformedKept => "malformed_kept",
        WebSoOutcome.Unauthorized => "unauthorized",
        WebSoOutcome.Forbidden => "forbidden",
        WebSoOutcome.MethodNotAllowed => "method_not_allowed",
        WebSoOutcome.QueryTooLong => "query_too_long",
        WebSoOutcome.BodyTimeout => "body_timeout",
        WebSoOutcome.BodyTooLarge => "body_too_large",
        WebSoOutcome.BodyTorn => "body_torn",
        WebSoOutcome.BodyMalformed => "body_malformed",
        WebSoOutcome.BodyEmpty => "body_empty",
        WebSoOutcome.BodyConsumed => "body_consumed",
        WebSoOutcome.HandlerFailed => "handler_failed",
        WebSoOutcome.Unavailable => "unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "This outcome has no name."),
    };
}
