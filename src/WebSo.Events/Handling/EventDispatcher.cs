using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

internal sealed class EventDispatcher(
    IServiceScopeFactory scopes,
    IOptionsMonitor<EndpointRegistrations> registrations,
    IOptionsMonitor<WebSoEventsOptions> options,
    EventMetrics metrics,
    TimeProvider timeProvider,
    ILogger logger) : IWebSoEventDispatcher
{
    public IReadOnlyList<string> GetHandlerNames(string endpointName, WebSoEvent e)
    {
        var names = new List<string>();
        foreach (var handler in registrations.Get(endpointName).Handlers)
        {
            if (handler.Hears(e))
                names.Add(handler.Name);
        }

        return names;
    }

    public async ValueTask DispatchAsync(
        WebSoEvent e,
        WebSoEventContext context,
        IWebSoDispatchProgress? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(e);
        ArgumentNullException.ThrowIfNull(context);

        // As ASP.NET Core does for its own: where nothing is logged at all, no scope is made.
        using var lines = logger.IsEnabled(LogLevel.Critical) ? logger.BeginScope(new EventScope(e, context)) : null;
        var scope = scopes.CreateAsyncScope();
        var last = "";
        try
        {
            foreach (var handler in registrations.Get(context.EndpointName).Handlers)
            {
                if (!handler.Hears(e) || progress?.IsCompleted(handler.Name) == true)
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
            if (failure is WebSoHandlerException && !(failure.InnerException is OperationCanceledException && cancellationToken.IsCancellationRequested))
                metrics.Failed(context, e, failure);
            throw;
        }

        try
        {
            // A service may do its work when it is disposed, and fail then.
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            metrics.Failed(context, e, failure);
            throw new WebSoHandlerException(last, failure);
        }

        metrics.Handled(context, e);
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
        var timeout = options.Get(context.EndpointName).HandlerTimeout;
        var begin = metrics.HearsHandlers ? timeProvider.GetTimestamp() : 0;
        using var timer = timeProvider.CreateTimeout(timeout);
        using var registration = timer.CancelWith(cancellationToken);
        try
        {
            await handler.HandleAsync(services, e, context, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException canceled) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(handler, context, e, begin, new TimeoutException($"The handler was cancelled after HandlerTimeout, {timeout}.", canceled));
        }
        catch (Exception failure)
        {
            throw Failed(handler, context, e, begin, failure);
        }

        metrics.HandlerEnded(context, e, handler.Name, begin, failure: null);
    }

    private WebSoHandlerException Failed(HandlerRegistration handler, WebSoEventContext context, WebSoEvent e, long begin, Exception failure)
    {
        metrics.HandlerEnded(context, e, handler.Name, begin, failure);
        return new WebSoHandlerException(handler.Name, failure);
    }
}
