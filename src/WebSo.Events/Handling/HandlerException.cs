namespace WebSo.Events.Handling;

// A handler failed. The inner exception is the cause.
internal sealed class HandlerException(string handlerName, Exception innerException) : Exception($"The handler {handlerName} failed.", innerException)
{
    public string HandlerName => handlerName;
}
