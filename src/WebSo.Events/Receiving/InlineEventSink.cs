using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Without an inbox: 200 only after all handlers completed, and nothing is kept.
internal sealed class InlineEventSink(
    string endpointName,
    IWebSoEventDispatcher dispatcher,
    WebSoEventsDiagnostics diagnostics,
    TimeProvider timeProvider,
    ILogger logger) : IWebSoEventSink
{
    private readonly OncePerName _unhandled = new(
        timeProvider, (count, latest) => ReceiverLog.NamesNotLogged(logger, count, endpointName, "not handled", latest));
    private readonly ConcurrentDictionary<string, ThrottledLine<(Exception? Exception, WebSoEvent Event)>> _failures = new(StringComparer.Ordinal);
    private readonly RefusalLine _malformed = new(timeProvider, (count, from, reason) => ReceiverLog.Malformed(logger, count, endpointName, from, reason));

    public async ValueTask<WebSoReceipt> AcceptAsync(WebSoDelivery delivery, CancellationToken cancellationToken)
    {
        var context = delivery.Context;
        if (delivery.Event is not { } e)
        {
            _malformed.Add(context.RemoteAddress, delivery.Error!.Message);
            return new WebSoReceipt(WebSoOutcome.Malformed);
        }

        if (dispatcher.GetHandlerNames(context.EndpointName, e).Count == 0)
        {
            if (_unhandled.IsFirst(e))
                ReceiverLog.Unhandled(logger, context.EndpointName, LogText.Of(e.EventName));
            return new WebSoReceipt(WebSoOutcome.Unhandled);
        }

        var activity = HandleActivity.Start(diagnostics.ActivitySource, context, e.EventName, e.DocumentId);
        try
        {
            await dispatcher.DispatchAsync(e, context, progress: null, cancellationToken).ConfigureAwait(false);
            return new WebSoReceipt(WebSoOutcome.Handled);
        }
        catch (WebSoHandlerException failure)
        {
            EventTags.SetFailure(activity, failure);
            _failures.GetOrAdd(failure.HandlerName, CreateFailureLine).Add((failure.InnerException, e));
            return new WebSoReceipt(WebSoOutcome.HandlerFailed);
        }
        finally
        {
            SafeActivity.Stop(activity);
        }
    }

    private ThrottledLine<(Exception? Exception, WebSoEvent Event)> CreateFailureLine(string handlerName) => new(
        timeProvider,
        (count, latest) => ReceiverLog.HandlerFailed(
            logger, latest.Exception, count, handlerName, LogText.Of(latest.Event.EventName), LogText.Of(latest.Event.DocumentId)));
}
