namespace WebSo.Events.Handling;

// A handler failed: the cause is the inner exception.
internal sealed class HandlerException(string handlerName, Exception innerException) : Exception($"The handler {handlerName} failed.", innerException)
{
    public string HandlerName => handlerName;
}
