namespace WebSo.Events.Handling;

/// <summary>Tracks the completed handlers of one event, so that a retry continues with the handler that failed.</summary>
internal interface IDispatchProgress
{
    /// <summary>Returns whether a handler completed in an earlier attempt.</summary>
    bool IsCompleted(string handlerName);

    /// <summary>Called after a handler completed, before the next handler starts.</summary>
    ValueTask CompletedAsync(string handlerName, CancellationToken cancellationToken);
}
