using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

internal sealed class EventDispatcher(
    IServiceScopeFactory scopes,
    IOptionsMonitor<EndpointRegistrations> registrations,
    IOptionsMonitor<WebSoEventsOptions> options,
    TimeProvider timeProvider) : IWebSoEventDispatcher
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
        catch
        {
            await DisposeAsync(scope, last, isFailed: true).ConfigureAwait(false);
            throw;
        }

        await DisposeAsync(scope, last, isFailed: false).ConfigureAwait(false);
    }

    // A service may do its work when it is disposed, and fail then.
    private static async ValueTask DisposeAsync(AsyncServiceScope scope, string lastHandler, bool isFailed)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (!isFailed)
        {
            throw new WebSoHandlerException(lastHandler, failure);
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
        using var timer = timeProvider.CreateTimeout(timeout);
        using var registration = timer.CancelWith(cancellationToken);
        try
        {
            await handler.HandleAsync(services, e, context, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException canceled) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new WebSoHandlerException(
                handler.Name,
                new TimeoutException($"The handler was cancelled after HandlerTimeout, {timeout}.", canceled));
        }
        catch (Exception failure)
        {
            throw new WebSoHandlerException(handler.Name, failure);
        }
    }
}
