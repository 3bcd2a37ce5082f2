namespace WebSo.Events;

/// <summary>The store of an inbox can't be used: the message says what happened and what to do about it.</summary>
public class WebSoInboxStoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    public WebSoInboxStoreException()
        : this("The store of the inbox can't be used.")
    {
    }

    /// <summary>Creates the exception with its message.</summary>
    public WebSoInboxStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and cause.</summary>
    public WebSoInboxStoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
