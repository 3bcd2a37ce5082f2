using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Stores, then answers. Handling comes later.
internal sealed class InboxEventSink(
    string endpointName,
    IWebSoInboxStore store,
    UnhandledBound unhandled,
    IWebSoEventDispatcher dispatcher,
    IOptionsMonitor<WebSoInboxOptions> options,
    IOptionsMonitor<WebSoEventsOptions> endpointOptions,
    WebSoEventsDiagnostics diagnostics,
    InboxMetrics metrics,
    TimeProvider timeProvider,
    ILogger logger) : IWebSoEventSink
{
    // So often the same event must come for it to be worth a warning.
    private const int ManySightings = 20;

    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_minute = TimeSpan.FromSeconds(60);

    private readonly RefusalLine _timedOut = new(
        timeProvider, (count, _, _) => InboxLog.StoreTimedOut(logger, count, endpointName, options.Get(endpointName).StoreTimeout));

    private readonly RefusalLine _unavailable = new(timeProvider, (count, _, reason) => InboxLog.StoreUnavailable(logger, count, endpointName, reason));

    private readonly ThrottledLine<(WebSoInboxAppend Append, Guid DeliveryId)> _malformedKept = new(timeProvider, (count, latest) =>
        InboxLog.MalformedKept(logger, count, endpointName, latest.Append.Context.RemoteAddress, latest.Append.Error!, latest.DeliveryId));

    private readonly ThrottledLine<(WebSoInboxAppend Append, WebSoInboxAppendResult Result)> _repeats = new(timeProvider, (count, latest) =>
        InboxLog.Repeat(
            logger, count, endpointName, LogText.Of(latest.Append.EventName), LogText.Of(latest.Append.DocumentId), latest.Result.DeliveryId,
            latest.Result.Sighting.Number, ReasonOf(latest.Append, latest.Result)));

    private readonly ThrottledLine<(WebSoInboxAppend Append, Guid DeliveryId)> _manyRepeats = new(timeProvider, (count, latest) =>
        InboxLog.ManyRepeats(logger, count, endpointName, LogText.Of(latest.Append.EventName), LogText.Of(latest.Append.DocumentId), latest.DeliveryId));

    private readonly RefusalLine _malformedRefused = new(timeProvider, (count, from, reason) => InboxLog.MalformedRefused(logger, count, endpointName, from, reason));

    public async ValueTask<WebSoReceipt> AcceptAsync(WebSoDelivery delivery, CancellationToken cancellationToken)
    {
        using var activity = StoreActivity.Start(diagnostics.ActivitySource, delivery);
        var append = Prepare(delivery, options.Get(endpointName));
        using var timeout = timeProvider.CreateTimeout(options.Get(endpointName).StoreTimeout);
        using var registration = timeout.CancelWith(cancellationToken);
        try
        {
            if (append.State == WebSoInboxState.Unhandled)
                await unhandled.MakeRoomAsync(append.Context.Body.Length, timeout.Token).ConfigureAwait(false);
            var result = await store.AppendAsync(append, timeout.Token).ConfigureAwait(false);
            var receipt = ReceiptOf(result, append, delivery.Event);
            StoreActivity.Complete(activity, result, receipt.Outcome);
            return receipt;
        }
        catch (OperationCanceledException cancelled) when (timeout.IsCancellationRequested)
        {
            StoreActivity.Fail(activity, cancelled);
            if (cancellationToken.IsCancellationRequested)
                _unavailable.Add(delivery.Context.RemoteAddress, "The process ends.");
            else
                _timedOut.Add(delivery.Context.RemoteAddress);
            return new WebSoReceipt(WebSoOutcome.Unavailable);
        }
        catch (WebSoInboxStoreException unavailable)
        {
            StoreActivity.Fail(activity, unavailable);
            _unavailable.Add(delivery.Context.RemoteAddress, unavailable.Message);
            return new WebSoReceipt(WebSoOutcome.Unavailable);
        }
    }

    private WebSoInboxAppend Prepare(WebSoDelivery delivery, WebSoInboxOptions current)
    {
        var trace = TraceContext.Current(diagnostics.ActivitySource);
        if (delivery.Event is not { } e)
        {
            return new WebSoInboxAppend
            {
                Context = delivery.Context,
                EventName = "",
                DocumentId = "",
                State = WebSoInboxState.Malformed,
                Error = delivery.Error!.Message,
                RepeatKey = RepeatKey.Of(delivery.Context),
                MaxMalformedCount = current.MaxMalformedCount,
                MaxMalformedBytes = current.MaxMalformedBytes,
                Trace = trace,
            };
        }

        var window = WindowOf(e.EventName, current);
        return new WebSoInboxAppend
        {
            Context = delivery.Context,
            EventName = e.EventName,
            DocumentId = e.DocumentId,
            State = dispatcher.GetHandlerNames(endpointName, e).Count > 0 ? WebSoInboxState.Pending : WebSoInboxState.Unhandled,
            RepeatKey = window > TimeSpan.Zero ? RepeatKey.Of(delivery.Context) : default,
            RepeatWindow = window,
            UnansweredRepeatWindow = s_day,
            Trace = trace,
        };
    }

    private TimeSpan WindowOf(string eventName, WebSoInboxOptions current)
    {
        if (current.DuplicateWindows.TryGetValue(eventName, out var ofName))
            return ofName;
        if (current.DuplicateWindow is { } ofAll)
            return ofAll;

        var pause = endpointOptions.Get(endpointName).ServerRetryDelay ?? TimeSpan.Zero;
        return pause > TimeSpan.FromHours(8) ? s_day : TimeSpan.FromTicks(Math.Max(s_minute.Ticks, 3 * pause.Ticks));
    }

    private WebSoReceipt ReceiptOf(WebSoInboxAppendResult result, WebSoInboxAppend append, WebSoEvent? e)
    {
        switch (result.Outcome)
        {
            case WebSoInboxAppendOutcome.MalformedBoundReached:
                _malformedRefused.Add(append.Context.RemoteAddress, append.Error!);
                return new WebSoReceipt(WebSoOutcome.Malformed);
            case WebSoInboxAppendOutcome.Stored when append.State == WebSoInboxState.Malformed:
                _malformedKept.Add((append, result.DeliveryId));
                return Answering(WebSoOutcome.MalformedKept, result.Sighting);
            case WebSoInboxAppendOutcome.Stored:
                return Answering(append.State == WebSoInboxState.Unhandled ? WebSoOutcome.Unhandled : WebSoOutcome.Stored, result.Sighting);
            default:
                _repeats.Add((append, result));
                if (result.Sighting.Number == ManySightings)
                    _manyRepeats.Add((append, result.DeliveryId));
                metrics.Repeated(endpointName, e, isAnswered: result.Outcome == WebSoInboxAppendOutcome.Repeat);
                return Answering(WebSoOutcome.Repeat, result.Sighting);
        }
    }

    private static string ReasonOf(WebSoInboxAppend append, WebSoInboxAppendResult result) =>
        append.State == WebSoInboxState.Malformed ? "the same body is kept"
        : result.Outcome == WebSoInboxAppendOutcome.Repeat ? "it came within DuplicateWindow"
        : "it is not known that the earlier answer went out";

    private WebSoReceipt Answering(WebSoOutcome outcome, WebSoInboxSighting sighting) => new(outcome, () => store.MarkAnswered(sighting));
}
