namespace WebSo.Events;

/// <summary>The store of an inbox can't be used. The message contains the cause and the fix.</summary>
public sealed class WebSoInboxStoreException : Exception
{
    /// <summary>Creates the exception with a message and an optional cause.</summary>
    public WebSoInboxStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
