namespace WebSo.Events;

/// <summary>The store of an inbox can't be used: the message says what happened and what to do about it.</summary>
public sealed class WebSoInboxStoreException : Exception
{
    /// <summary>Creates the exception with its message and cause.</summary>
    public WebSoInboxStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
