using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Handling;

// Hands an event to the handlers of its endpoint, in order of registration, within one dependency injection scope.
internal sealed class EventDispatcher(Endpoint endpoint, IServiceScopeFactory scopes)
{
    private EventMetrics Metrics => endpoint.Diagnostics.Metrics;

    // Of the handlers that handle the event, in order. They are stable over restarts.
    public IReadOnlyList<string> GetHandlerNames(WebSoEvent e)
    {
        var names = new List<string>();
        foreach (var handler in endpoint.Handlers)
        {
            if (handler.CanHandle(e))
                names.Add(handler.Name);
        }

        return names;
    }

    // Calls one handler after the other, except those that completed before by the progress. A handler that fails, that can't be created or that
    // is canceled after the handler timeout ends it with a HandlerException.
    public async ValueTask DispatchAsync(WebSoEvent e, WebSoEventContext context, IDispatchProgress? progress, CancellationToken cancellationToken)
    {
        // As ASP.NET Core does for its own: where nothing is logged at all, no scope is made.
        using var lines = endpoint.Logger.IsEnabled(LogLevel.Critical) ? endpoint.Logger.BeginScope(new EventScope(e, context)) : null;
        var scope = scopes.CreateAsyncScope();
        var last = "";
        try
        {
            foreach (var handler in endpoint.Handlers)
            {
                if (!handler.CanHandle(e) || progress?.IsCompleted(handler.Name) == true)
                    continue;

                last = handler.Name;
                await HandleAsync(handler, scope.ServiceProvider, e, context, cancellationToken).ConfigureAwait(false);
                if (progress is not null)
                    await progress.CompletedAsync(handler.Name, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            await DisposeAfterFailureAsync(scope).ConfigureAwait(false);
            if (failure is HandlerException { InnerException: { } cause } && !(cause is OperationCanceledException && cancellationToken.IsCancellationRequested))
                Metrics.Failed(endpoint.Name, e, cause);
            throw;
        }

        try
        {
            // A service may do its work when it is disposed, and fail then.
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Metrics.Failed(endpoint.Name, e, failure);
            throw new HandlerException(last, failure);
        }

        Metrics.Handled(endpoint.Name, e);
    }

    private static async ValueTask DisposeAfterFailureAsync(AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The failure before it is the cause, and is thrown on.
        }
    }

    private async ValueTask HandleAsync(
        HandlerRegistration handler,
        IServiceProvider services,
        WebSoEvent e,
        WebSoEventContext context,
        CancellationToken cancellationToken)
    {
        var timeout = endpoint.Options.HandlerTimeout;
        var begin = Metrics.MeasuresHandlers ? endpoint.TimeProvider.GetTimestamp() : 0;
        using var timer = endpoint.TimeProvider.CreateTimeout(timeout);
        using var registration = timer.CancelWith(cancellationToken);
        try
        {
            await handler.HandleAsync(services, e, context, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException canceled) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(handler, e, begin, new TimeoutException($"The handler was cancelled after HandlerTimeout, {timeout}.", canceled));
        }
        catch (Exception failure)
        {
            throw Failed(handler, e, begin, failure);
        }

        Metrics.HandlerEnded(endpoint.Name, e, handler.Name, begin, failure: null);
    }

    private HandlerException Failed(HandlerRegistration handler, WebSoEvent e, long begin, Exception failure)
    {
        Metrics.HandlerEnded(endpoint.Name, e, handler.Name, begin, failure);
        return new HandlerException(handler.Name, failure);
    }
}
