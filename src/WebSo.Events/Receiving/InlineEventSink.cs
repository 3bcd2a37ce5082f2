using System.Collections.Concurrent;

namespace WebSo.Events.Receiving;

// The sink without an inbox: answers with 200 after all handlers completed, and stores nothing.
internal sealed class InlineEventSink(Endpoint endpoint, EventDispatcher dispatcher) : IEventSink
{
    private readonly LoggedEventNames _unhandled = new(
        endpoint.TimeProvider, (count, latest) => ReceiverLog.NamesNotLogged(endpoint.Logger, count, endpoint.Name, "not handled", latest));
    private readonly ConcurrentDictionary<string, ThrottledLine<(Exception? Exception, WebSoEvent Event)>> _failures = new(StringComparer.Ordinal);
    private readonly RefusalLog _malformed = new(endpoint.TimeProvider, (count, from, reason) => ReceiverLog.Malformed(endpoint.Logger, count, endpoint.Name, from, reason));

    public async ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var context = delivery.Context;
        if (delivery.Event is not { } e)
        {
            _malformed.Add(context.RemoteAddress, delivery.Error!.Message);
            return new Receipt(ReceiveOutcome.Malformed);
        }

        if (dispatcher.GetHandlerNames(e).Count == 0)
        {
            if (_unhandled.TryAdd(e))
                ReceiverLog.Unhandled(endpoint.Logger, endpoint.Name, LogText.Of(e.EventName));
            return new Receipt(ReceiveOutcome.Unhandled);
        }

        var activity = HandleActivity.Start(endpoint.Diagnostics.ActivitySource, context, e.EventName, e.DocumentId);
        try
        {
            await dispatcher.DispatchAsync(e, context, progress: null, cancellationToken).ConfigureAwait(false);
            return new Receipt(ReceiveOutcome.Handled);
        }
        catch (HandlerException failure)
        {
            EventTags.SetFailure(activity, failure.InnerException!);
            _failures.GetOrAdd(failure.HandlerName, CreateFailureLine).Add((failure.InnerException, e));
            return new Receipt(ReceiveOutcome.HandlerFailed);
        }
        finally
        {
            SafeActivity.Stop(activity);
        }
    }

    private ThrottledLine<(Exception? Exception, WebSoEvent Event)> CreateFailureLine(string handlerName) => new(
        endpoint.TimeProvider,
        (count, latest) => ReceiverLog.HandlerFailed(
            endpoint.Logger, latest.Exception, count, handlerName, LogText.Of(latest.Event.EventName), LogText.Of(latest.Event.DocumentId)));
}
