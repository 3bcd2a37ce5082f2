namespace WebSo.Events.Receiving;

/// <summary>Thrown by <see cref="IncomingRequest.ReadBodyAsync"/> if a body can't be read for a known reason.</summary>
internal sealed class BodyException : IOException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="outcome">The outcome of the call, which determines the response.</param>
    /// <param name="reason">
    /// The cause for the log, as a short clause in lowercase. It must not contain anything that the caller sent.
    /// </param>
    /// <param name="innerException">The exception of the web server.</param>
    public BodyException(ReceiveOutcome outcome, string reason, Exception? innerException = null)
        : base(reason, innerException) => Outcome = outcome;

    /// <summary>The outcome of the call.</summary>
    public ReceiveOutcome Outcome { get; }
}
