namespace WebSo.Events;

/// <summary>Thrown by <see cref="IWebSoEventDispatcher"/> when a handler failed: the cause is the inner exception.</summary>
public sealed class WebSoHandlerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="handlerName">The name of the handler.</param>
    /// <param name="innerException">What the handler threw.</param>
    public WebSoHandlerException(string handlerName, Exception innerException)
        : base($"The handler {handlerName} failed.", innerException) => HandlerName = handlerName;

    /// <summary>The name of the handler that failed.</summary>
    public string HandlerName { get; }
}
