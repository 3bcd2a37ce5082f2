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
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>The name of the endpoint; empty for the default one.</summary>
    public string EndpointName { get; }

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
    public async ValueTask<WebSoReceipt> ReceiveAsync(WebSoRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        var policy = _policy.Current;
        if (_gate.Refuse(request, policy, out var callback) is { } refused)
            return refused;

        _bodyRefusals.WriteLinesThatAreDue();
        var (refusal, body) = await BodyReader.ReadAsync(request, policy.Options, _timeProvider, cancellationToken).ConfigureAwait(false);
        if (refusal is { } outcome)
        {
            _bodyRefusals.Add(outcome, request.RemoteAddress, policy.Options);
            return new WebSoReceipt(outcome);
        }

        var context = CreateContext(request, callback, body);
        if (!_serializer.TryDeserialize(body, out var e, out var error))
            return await _sink.AcceptAsync(new WebSoDelivery(context, error), cancellationToken).ConfigureAwait(false);

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
