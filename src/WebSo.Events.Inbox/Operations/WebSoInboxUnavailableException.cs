namespace WebSo.Events;

/// <summary>The store can't take an event now: too many wait already, or it is closed. The event is not stored.</summary>
public sealed class WebSoInboxUnavailableException : WebSoInboxStoreException
{
    /// <summary>Creates the exception.</summary>
    public WebSoInboxUnavailableException()
        : this("The store of the inbox can't take the event now.")
    {
    }

    /// <summary>Creates the exception with its message.</summary>
    public WebSoInboxUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and cause.</summary>
    public WebSoInboxUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
