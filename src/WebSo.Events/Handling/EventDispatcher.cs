using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Handling;

// Calls the handlers of an event, in order of registration, in one dependency injection scope.
internal sealed class EventDispatcher(Endpoint endpoint, IServiceScopeFactory scopes)
{
    private EventMetrics Metrics => endpoint.Diagnostics.Metrics;

    // The names of the handlers for the event, in order. A name does not change across restarts.
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

    // Calls the handlers one after the other, and skips those that the progress reports as completed. Throws a HandlerException if a
    // handler can't be created, fails or times out.
    public async ValueTask DispatchAsync(WebSoEvent e, WebSoEventContext context, IDispatchProgress? progress, CancellationToken cancellationToken)
    {
        // As in ASP.NET Core: create no scope if logging is disabled.
        using var logScope = endpoint.Logger.IsEnabled(LogLevel.Critical) ? endpoint.Logger.BeginScope(new EventLogScope(e, context)) : null;
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
            // A service can do its work in its disposal, and fail there.
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
            // The caller rethrows the first failure, which is the cause.
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
            throw Failed(handler, e, begin, new TimeoutException($"The handler was canceled because it exceeded HandlerTimeout ({timeout}).", canceled));
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
