using System.Globalization;

namespace WebSo.Events.Receiving;

/// <summary>The response that an adapter sends to a call.</summary>
/// <remarks>
/// The server treats only 200 as success. After any other response, or none, it retries or loses the event, depending on its settings.
/// </remarks>
internal sealed class Receipt
{
    /// <summary>The value of <c>Retry-After</c> with <see cref="ReceiveOutcome.Unavailable"/>, in seconds.</summary>
    private const int RetryAfterSeconds = 5;

    /// <summary>Creates the response for an outcome.</summary>
    /// <param name="outcome">The outcome of the call.</param>
    public Receipt(ReceiveOutcome outcome)
    {
        Outcome = outcome;
        (HeaderName, HeaderValue) = outcome switch
        {
            ReceiveOutcome.MethodNotAllowed => ("Allow", "POST"),
            ReceiveOutcome.Unavailable => ("Retry-After", RetryAfterSeconds.ToString(CultureInfo.InvariantCulture)),
            _ => default((string?, string?)),
        };
    }

    private Receipt(string challenge)
    {
        Outcome = ReceiveOutcome.Unauthorized;
        (HeaderName, HeaderValue) = ("WWW-Authenticate", challenge);
    }

    /// <summary>The outcome of the call.</summary>
    public ReceiveOutcome Outcome { get; }

    /// <summary>The HTTP status of the response, which has no body. If null, close the connection without a response.</summary>
    public int? StatusCode => StatusCodeOf(Outcome);

    /// <summary>The name of the additional response header. Null if the response has no additional header.</summary>
    public string? HeaderName { get; }

    /// <summary>The value of the additional response header. Null if the response has no additional header.</summary>
    public string? HeaderValue { get; }

    internal static Receipt Unauthorized(string challenge) => new(challenge);

    private static int? StatusCodeOf(ReceiveOutcome outcome) => outcome switch
    {
        ReceiveOutcome.Handled => 200,
        ReceiveOutcome.Stored => 200,
        ReceiveOutcome.Duplicate => 200,
        ReceiveOutcome.Filtered => 200,
        ReceiveOutcome.Unhandled => 200,
        ReceiveOutcome.MalformedKept => 200,
        ReceiveOutcome.Malformed => 400,
        ReceiveOutcome.Unauthorized => 401,
        ReceiveOutcome.Forbidden => 403,
        ReceiveOutcome.MethodNotAllowed => 405,
        ReceiveOutcome.QueryTooLong => 414,
        ReceiveOutcome.BodyTimeout => 408,
        ReceiveOutcome.BodyTooLarge => 413,
        ReceiveOutcome.BodyTorn => null,
        ReceiveOutcome.BodyMalformed => 400,
        ReceiveOutcome.BodyEmpty => 400,
        ReceiveOutcome.BodyConsumed => 500,
        ReceiveOutcome.HandlerFailed => 500,
        ReceiveOutcome.Unavailable => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "This outcome has no status."),
    };
}
