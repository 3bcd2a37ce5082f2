using System.Globalization;

namespace WebSo.Events;

/// <summary>What an adapter answers to a call.</summary>
/// <remarks>Only 200 is success to the server: each other answer, and none, is repeated or lost, depending on its settings.</remarks>
public sealed class WebSoReceipt
{
    /// <summary>The value of <c>Retry-After</c> with <see cref="WebSoOutcome.Unavailable"/>, in seconds.</summary>
    private const int RetryAfterSeconds = 5;

    /// <summary>Creates a receipt.</summary>
    /// <param name="outcome">What became of the call.</param>
    public WebSoReceipt(WebSoOutcome outcome)
    {
        Outcome = outcome;
        (HeaderName, HeaderValue) = outcome switch
        {
            WebSoOutcome.MethodNotAllowed => ("Allow", "POST"),
            WebSoOutcome.Unavailable => ("Retry-After", RetryAfterSeconds.ToString(CultureInfo.InvariantCulture)),
            _ => default((string?, string?)),
        };
    }

    private WebSoReceipt(string challenge)
    {
        Outcome = WebSoOutcome.Unauthorized;
        (HeaderName, HeaderValue) = ("WWW-Authenticate", challenge);
    }

    /// <summary>What became of the call.</summary>
    public WebSoOutcome Outcome { get; }

    /// <summary>The HTTP status to answer with, without a body; null: close the connection without an answer.</summary>
    public int? StatusCode => StatusCodeOf(Outcome);

    /// <summary>The name of the header that goes with the status; null: none.</summary>
    public string? HeaderName { get; }

    /// <summary>The value of the header that goes with the status; null: none.</summary>
    public string? HeaderValue { get; }

    internal static WebSoReceipt Unauthorized(string challenge) => new(challenge);

    private static int? StatusCodeOf(WebSoOutcome outcome) => outcome switch
    {
        WebSoOutcome.Handled => 200,
        WebSoOutcome.Stored => 200,
        WebSoOutcome.Repeat => 200,
        WebSoOutcome.Filtered => 200,
        WebSoOutcome.Unhandled => 200,
        WebSoOutcome.MalformedKept => 200,
        WebSoOutcome.Malformed => 400,
        WebSoOutcome.Unauthorized => 401,
        WebSoOutcome.Forbidden => 403,
        WebSoOutcome.MethodNotAllowed => 405,
        WebSoOutcome.QueryTooLong => 414,
        WebSoOutcome.BodyTimeout => 408,
        WebSoOutcome.BodyTooLarge => 413,
        WebSoOutcome.BodyTorn => null,
        WebSoOutcome.BodyMalformed => 400,
        WebSoOutcome.BodyEmpty => 400,
        WebSoOutcome.BodyConsumed => 500,
        WebSoOutcome.HandlerFailed => 500,
        WebSoOutcome.Unavailable => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "This outcome has no status."),
    };
}
