namespace WebSo.Events.Receiving;

/// <summary>A body can't be read, and the adapter knows why. Thrown by <see cref="IncomingRequest.ReadBodyAsync"/>.</summary>
internal sealed class BodyException : IOException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="outcome">What becomes of the call; it determines the answer.</param>
    /// <param name="reason">
    /// The cause, for the log: a clause that continues "the latest because ...". It must not contain anything that the caller sent.
    /// </param>
    /// <param name="innerException">The exception of the web server.</param>
    public BodyException(ReceiveOutcome outcome, string reason, Exception? innerException = null)
        : base(reason, innerException) => Outcome = outcome;

    /// <summary>What becomes of the call.</summary>
    public ReceiveOutcome Outcome { get; }
}
