using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>What every adapter calls: authorizes a call, reads its event, filters it and hands it to the sink of the endpoint.</summary>
/// <remarks>All rules are here, so that each web server gives the same answers. Get one from <see cref="WebSoEventReceivers"/>.</remarks>
public sealed class WebSoEventReceiver
{
    private readonly PolicySource _policy;
    private readonly RequestGate _gate;
    private readonly BodyRefusals _bodyRefusals;
    private readonly WebSoEventSerializer _serializer;
    private readonly IWebSoEventSink _sink;
    private readonly WebSoEventsDiagnostics _diagnostics;
    private readonly EventMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly OncePerName _filtered = new();
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
        _bodyRefusals = new BodyRefusals(endpointName, timeProvider, logger);
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
    /// The largest body that is read at present, in bytes. An adapter gives the web server a limit slightly above it, so that the server
    /// does not read on where the receiver has stopped.
    /// </summary>
    public int MaxBodySize => _policy.Current.Options.MaxBodySize;

    /// <summary>Logs a warning for what is likely forgotten: a handler, and credentials. An adapter calls it once, at start.</summary>
    /// <param name="needsCredentials">False where strangers can't reach the endpoint or something before it authorizes: in development, or with a policy of the web server.</param>
    public void WarnOfMissingSetup(bool needsCredentials)
    {
        if (!_hasHandlers)
            ReceiverLog.NoHandler(_logger, EndpointName);
        if (needsCredentials && _policy.Current.IsOpen)
            ReceiverLog.NoCredentials(_logger, EndpointName);
    }

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

        _bodyRefusals.WriteLinesThatAreDue();
        var (refusal, body) = await BodyReader.ReadAsync(request, policy.Options, _timeProvider, cancellationToken).ConfigureAwait(false);
        if (refusal is { } outcome)
        {
            _bodyRefusals.Add(outcome, request.RemoteAddress, policy.Options);
            return new WebSoReceipt(outcome);
        }

        var context = CreateContext(request, callback, body);
        reception?.Identify(context);
        if (!_serializer.TryDeserialize(body, out var e, out var error))
            return await _sink.AcceptAsync(new WebSoDelivery(context, error), cancellationToken).ConfigureAwait(false);

        reception?.Identify(e);
        if (!policy.Filter.Matches(e.EventName))
        {
            if (_filtered.IsFirst(e.EventName))
                ReceiverLog.Filtered(_logger, EndpointName, LogText.Of(e.EventName));
            return new WebSoReceipt(WebSoOutcome.Filtered);
        }

        return await _sink.AcceptAsync(new WebSoDelivery(context, e), cancellationToken).ConfigureAwait(false);
    }

    private WebSoEventContext CreateContext(WebSoRequest request, CallbackCheck callback, byte[] body)
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
            Body = body,
        };
    }
}
