namespace WebSo.Events.Receiving;

// What every adapter calls: authorizes a call, reads its event, filters it and hands it to the sink of the endpoint. All rules are here, so that
// each web server gives the same answers.
internal sealed class EventReceiver
{
    private readonly IEventSink _sink;
    private readonly PolicySource _policy;
    private readonly RequestGate _gate;
    private readonly BodyReader _bodyReader;
    private readonly BodyRefusals _bodyRefusals;
    private readonly LoggedEventNames _filtered;
    private readonly LoggedEventNames _incomplete;
    private readonly PlainHttpWarning _plainHttp;

    public EventReceiver(Endpoint endpoint, IEventSink sink)
    {
        (Endpoint, _sink) = (endpoint, sink);
        _policy = new PolicySource(endpoint);
        _gate = new RequestGate(endpoint);
        _bodyReader = new BodyReader(endpoint.TimeProvider);
        _bodyRefusals = new BodyRefusals(endpoint);
        _filtered = CreateNames("filtered out");
        _incomplete = CreateNames("incomplete");
        _plainHttp = new PlainHttpWarning(endpoint);

        LoggedEventNames CreateNames(string outcome) => new(
            endpoint.TimeProvider, (count, latest) => ReceiverLog.NamesNotLogged(endpoint.Logger, count, endpoint.Name, outcome, latest));
    }

    public Endpoint Endpoint { get; }

    // Whether guards of an earlier configuration are in force, because a changed one would have left none or has an invalid one. The log says
    // why (GuardsKept).
    public bool HasKeptGuards => Endpoint.Options.HasKeptGuards;

    private bool IsObserved => Endpoint.Diagnostics.Metrics.MeasuresCalls || Endpoint.Diagnostics.ActivitySource.HasListeners();

    // Tells what to answer. The token is canceled when the process must end now; never because the caller hung up.
    public ValueTask<Receipt> ReceiveAsync(IncomingRequest request, CancellationToken cancellationToken) =>
        IsObserved ? ReceiveObservedAsync(request, cancellationToken) : ReceiveAsync(request, telemetry: null, cancellationToken);

    // What an adapter answers to a call that it can't take now, as where too many are under way. It is counted.
    public Receipt RefuseUnavailable()
    {
        if (Endpoint.Diagnostics.Metrics.MeasuresCalls)
            Endpoint.Diagnostics.Metrics.Received(Endpoint.Name, eventName: null, OutcomeNames.Of(ReceiveOutcome.Unavailable));
        return new Receipt(ReceiveOutcome.Unavailable);
    }

    private async ValueTask<Receipt> ReceiveObservedAsync(IncomingRequest request, CancellationToken cancellationToken)
    {
        using var telemetry = new ReceiveTelemetry(Endpoint, request);
        try
        {
            var receipt = await ReceiveAsync(request, telemetry, cancellationToken).ConfigureAwait(false);
            telemetry.End(receipt);
            return receipt;
        }
        catch (Exception failure)
        {
            telemetry.Fail(failure);
            throw;
        }
    }

    private async ValueTask<Receipt> ReceiveAsync(IncomingRequest request, ReceiveTelemetry? telemetry, CancellationToken cancellationToken)
    {
        var policy = _policy.Current;
        if (_gate.Refuse(request, policy, out var callback) is { } refused)
            return refused;
        if (!request.TryAdmit())
            return new Receipt(ReceiveOutcome.Unavailable);

        _plainHttp.Check(request, policy, callback);
        var reading = await _bodyReader.ReadAsync(request, policy.Options, cancellationToken).ConfigureAwait(false);
        if (reading.Refused is { } outcome)
        {
            _bodyRefusals.Add(outcome, request.RemoteAddress, reading.Reason, policy.Options);
            return new Receipt(outcome);
        }

        try
        {
            var context = CreateContext(request, callback, reading.Body);
            return await AcceptAsync(context, policy, telemetry, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _bodyReader.Release(reading.Held);
        }
    }

    private async ValueTask<Receipt> AcceptAsync(WebSoEventContext context, ReceiverPolicy policy, ReceiveTelemetry? telemetry, CancellationToken cancellationToken)
    {
        telemetry?.Identify(context);
        if (!Endpoint.Serializer.TryDeserialize(context.Body.Span, context.Charset, out var e, out var error))
            return await _sink.AcceptAsync(new Delivery(context, error), cancellationToken).ConfigureAwait(false);

        telemetry?.Identify(e);
        if (!policy.Filter.Matches(e.EventName))
        {
            if (_filtered.TryAdd(e))
                ReceiverLog.Filtered(Endpoint.Logger, Endpoint.Name, LogText.Of(e.EventName));
            return new Receipt(ReceiveOutcome.Filtered);
        }

        if (!e.IsComplete && _incomplete.TryAdd(e))
            ReceiverLog.Incomplete(Endpoint.Logger, Endpoint.Name, LogText.Of(e.EventName));
        return await _sink.AcceptAsync(new Delivery(context, e), cancellationToken).ConfigureAwait(false);
    }

    private WebSoEventContext CreateContext(IncomingRequest request, CallbackCheck callback, ReadOnlyMemory<byte> body)
    {
        var now = Endpoint.TimeProvider.GetUtcNow();
        return new WebSoEventContext
        {
            DeliveryId = DeliveryIds.Create(now),
            ReceivedAt = now,
            EndpointName = Endpoint.Name,
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
