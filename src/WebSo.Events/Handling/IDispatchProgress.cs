namespace WebSo.Events.Handling;

/// <summary>How far the handling of one event has come, so that a retry goes on at the handler that failed.</summary>
internal interface IDispatchProgress
{
    /// <summary>Whether a handler completed in an earlier attempt.</summary>
    bool IsCompleted(string handlerName);

    /// <summary>Called after each handler that completed, before the next one begins.</summary>
    ValueTask CompletedAsync(string handlerName, CancellationToken cancellationToken);
}
