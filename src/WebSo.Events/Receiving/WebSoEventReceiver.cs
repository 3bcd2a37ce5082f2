using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>What every adapter calls: authorizes a call, reads its event, filters it and hands it to the sink of the endpoint.</summary>
/// <remarks>All rules are here, so that each web server gives the same answers. Get one from <see cref="WebSoEventReceivers"/>.</remarks>
public sealed class WebSoEventReceiver
{
    private readonly PolicySource _policy;
    private readonly RequestGate _gate;
    private readonly BodyReader _bodyReader;
    private readonly BodyRefusals _bodyRefusals;
    private readonly WebSoEventSerializer _serializer;
    private readonly IWebSoEventSink _sink;
    private readonly WebSoEventsDiagnostics _diagnostics;
    private readonly EventMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly OncePerName _filtered;
    private readonly PlainHttpWarning _plainHttp;
    private readonly OncePerName _incomplete;
    private readonly bool _hasHandlers;

    internal WebSoEventReceiver(
        string endpointName,
        PolicySource policy,
        WebSoEventSerializer serializer,
        IWebSoEventSink sink,
        bool hasHandlers,
        WebSoEventsDiagnostics diagnostics,
        EventMetrics metrics,
        TimeProvider timeProvider,
        ILogger logger)
    {
        EndpointName = endpointName;
        _policy = policy;
        _gate = new RequestGate(endpointName, timeProvider, logger);
        _bodyReader = new BodyReader(timeProvider);
        _bodyRefusals = new BodyRefusals(endpointName, timeProvider, logger);
        _filtered = new OncePerName(timeProvider, (count, latest) => ReceiverLog.NamesNotLogged(logger, count, endpointName, "filtered out", latest));
        _incomplete = new OncePerName(timeProvider, (count, latest) => ReceiverLog.NamesNotLogged(logger, count, endpointName, "incomplete", latest));
        _plainHttp = new PlainHttpWarning(endpointName, logger);
        _serializer = serializer;
        _sink = sink;
        _hasHandlers = hasHandlers;
        _diagnostics = diagnostics;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>The name of the endpoint; empty for the default one.</summary>
    public string EndpointName { get; }

    /// <summary>
    /// Whether guards of an earlier configuration are in force, because a changed one would have left none or has an invalid one. The log
    /// says why (GuardsKept).
    /// </summary>
    public bool HasKeptGuards => Options.HasKeptGuards;

    internal WebSoEventsOptions Options => _policy.Current.Options;

    internal bool HasHandlers => _hasHandlers;

    /// <summary>Receives one call.</summary>
    /// <param name="request">The call.</param>
    /// <param name="cancellationToken">Cancelled when the process must end now; never because the caller hung up.</param>
    /// <returns>What to answer.</returns>
    public ValueTask<WebSoReceipt> ReceiveAsync(WebSoRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _metrics.HearsCalls || _diagnostics.ActivitySource.HasListeners()
            ? ReceiveObservedAsync(request, cancellationToken)
            : ReceiveAsync(request, reception: null, cancellationToken);
    }

    /// <summary>What an adapter answers to a call that it can't take now, as where too many are under way. It is counted.</summary>
    public WebSoReceipt RefuseUnavailable()
    {
        if (_metrics.HearsCalls)
            _metrics.Received(EndpointName, eventName: null, WebSoOutcome.Unavailable);
        return new WebSoReceipt(WebSoOutcome.Unavailable);
    }

    private async ValueTask<WebSoReceipt> ReceiveObservedAsync(WebSoRequest request, CancellationToken cancellationToken)
    {
        using var reception = new Reception(_diagnostics.ActivitySource, _metrics, EndpointName, _timeProvider, request);
        try
        {
            var receipt = await ReceiveAsync(request, reception, cancellationToken).ConfigureAwait(false);
            reception.End(receipt);
            return receipt;
        }
        catch (Exception failure)
        {
            reception.Fail(failure);
            throw;
        }
    }

    private async ValueTask<WebSoReceipt> ReceiveAsync(WebSoRequest request, Reception? reception, CancellationToken cancellationToken)
    {
        var policy = _policy.Current;
        if (_gate.Refuse(request, policy, out var callback) is { } refused)
            return refused;
        if (!request.TryAdmit())
            return new WebSoReceipt(WebSoOutcome.Unavailable);

        _plainHttp.Check(request, policy, callback);
        var reading = await _bodyReader.ReadAsync(request, policy.Options, cancellationToken).ConfigureAwait(false);
        if (reading.Refused is { } outcome)
        {
            _bodyRefusals.Add(outcome, request.RemoteAddress, reading.Reason, policy.Options);
            return new WebSoReceipt(outcome);
        }

        try
        {
            var context = CreateContext(request, callback, reading.Body);
            return await AcceptAsync(context, policy, reception, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _bodyReader.Release(reading.Held);
        }
    }

    private async ValueTask<WebSoReceipt> AcceptAsync(WebSoEventContext context, ReceiverPolicy policy, Reception? reception, CancellationToken cancellationToken)
    {
        reception?.Identify(context);
        if (!_serializer.TryDeserialize(context.Body.Span, context.Charset, out var e, out var error))
            return await _sink.AcceptAsync(new WebSoDelivery(context, error), cancellationToken).ConfigureAwait(false);

        reception?.Identify(e);
        if (!policy.Filter.Matches(e.EventName))
        {
            if (_filtered.IsFirst(e))
                ReceiverLog.Filtered(_logger, EndpointName, LogText.Of(e.EventName));
            return new WebSoReceipt(WebSoOutcome.Filtered);
        }

        if (!e.IsComplete && _incomplete.IsFirst(e))
            ReceiverLog.Incomplete(_logger, EndpointName, LogText.Of(e.EventName));
        return await _sink.AcceptAsync(new WebSoDelivery(context, e), cancellationToken).ConfigureAwait(false);
    }

    private WebSoEventContext CreateContext(WebSoRequest request, CallbackCheck callback, ReadOnlyMemory<byte> body)
    {
        var now = _timeProvider.GetUtcNow();
        return new WebSoEventContext
        {
            DeliveryId = DeliveryIds.Create(now),
            ReceivedAt = now,
            EndpointName = EndpointName,
            RequestPath = request.Path,
            QueryString = callback.QueryString ?? "",
            RouteValues = request.RouteValues,
            RemoteAddress = request.RemoteAddress,
            CorrelationId = callback.CorrelationId,
            Charset = DeclaredCharset.Of(request.GetHeader("Content-Type")),
            Body = body,
        };
    }
}
