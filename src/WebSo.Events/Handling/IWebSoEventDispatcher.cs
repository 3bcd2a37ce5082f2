namespace WebSo.Events;

/// <summary>Hands an event to the handlers of its endpoint, in order of registration, within one dependency injection scope.</summary>
public interface IWebSoEventDispatcher
{
    /// <summary>The names of the handlers that hear an event, in order. They are stable over restarts.</summary>
    IReadOnlyList<string> GetHandlerNames(string endpointName, WebSoEvent e);

    /// <summary>Calls one handler after the other, up to the first that fails.</summary>
    /// <param name="e">The event.</param>
    /// <param name="context">Where and when it came; names the endpoint.</param>
    /// <param name="progress">Which handlers completed before, and where to say that one more has. Null: all are called.</param>
    /// <param name="cancellationToken">Handed on to the handlers.</param>
    /// <exception cref="WebSoHandlerException">A handler failed, could not be created, or ended by its token after the handler timeout.</exception>
    ValueTask DispatchAsync(WebSoEvent e, WebSoEventContext context, IWebSoDispatchProgress? progress, CancellationToken cancellationToken);
}
