namespace WebSo.Events.Receiving;

// Receives the calls of an endpoint for every adapter: authorizes a call, reads its event, filters it and passes it to the sink. All rules
// are here, so that all web servers respond the same way.
internal sealed class EventReceiver
{
    private readonly IEventSink _sink;
    private readonly ReceiverSettingsCache _settings;
    private readonly RequestAuthorizer _authorizer;
    private readonly BodyReader _bodyReader;
    private readonly BodyRefusalLog _bodyRefusalLog;
    private readonly LoggedEventNames _filtered;
    private readonly LoggedEventNames _incomplete;
    private readonly PlainHttpWarning _plainHttp;

    public EventReceiver(Endpoint endpoint, IEventSink sink)
    {
        (Endpoint, _sink) = (endpoint, sink);
        _settings = new ReceiverSettingsCache(endpoint);
        _authorizer = new RequestAuthorizer(endpoint);
        _bodyReader = new BodyReader(endpoint.TimeProvider);
        _bodyRefusalLog = new BodyRefusalLog(endpoint);
        _filtered = CreateNames("filtered out");
        _incomplete = CreateNames("incomplete");
        _plainHttp = new PlainHttpWarning(endpoint);

        LoggedEventNames CreateNames(string outcome) => new(
            endpoint.TimeProvider, (count, latest) => ReceiverLog.NamesNotLogged(endpoint.Logger, count, endpoint.Name, outcome, latest));
    }

    public Endpoint Endpoint { get; }

    // Whether guards of an earlier configuration still apply, because the changed guards are invalid or would leave none (see the log event
    // GuardsKept).
    public bool HasKeptGuards => Endpoint.Options.HasKeptGuards;

    private bool IsObserved => Endpoint.Diagnostics.Metrics.MeasuresCalls || Endpoint.Diagnostics.ActivitySource.HasListeners();

    // Returns the response to send. Cancel the token only if the process stops, not if the caller disconnects.
    public ValueTask<Receipt> ReceiveAsync(IncomingRequest request, CancellationToken cancellationToken) =>
        IsObserved ? ReceiveObservedAsync(request, cancellationToken) : ReceiveAsync(request, telemetry: null, cancellationToken);

    // The counted response to a call that an adapter can't receive now, for example because too many calls are in progress.
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
        var settings = _settings.Current;
        if (_authorizer.Authorize(request, settings, out var callback) is { } refused)
            return refused;
        if (!request.TryAdmit())
            return new Receipt(ReceiveOutcome.Unavailable);

        _plainHttp.Check(request, settings, callback);
        var result = await _bodyReader.ReadAsync(request, settings.Options, cancellationToken).ConfigureAwait(false);
        if (result.Refused is { } outcome)
        {
            _bodyRefusalLog.Add(outcome, request.RemoteAddress, result.Reason, settings.Options);
            return new Receipt(outcome);
        }

        try
        {
            var context = CreateContext(request, callback, result.Body);
            return await AcceptAsync(context, settings, telemetry, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _bodyReader.Release(result.HeldBytes);
        }
    }

    private async ValueTask<Receipt> AcceptAsync(WebSoEventContext context, ReceiverSettings settings, ReceiveTelemetry? telemetry, CancellationToken cancellationToken)
    {
        telemetry?.Identify(context);
        if (!Endpoint.Serializer.TryDeserialize(context.Body.Span, context.Charset, out var e, out var error))
            return await _sink.AcceptAsync(new Delivery(context, error), cancellationToken).ConfigureAwait(false);

        telemetry?.Identify(e);
        if (!settings.Filter.Matches(e.EventName))
        {
            if (_filtered.TryAdd(e))
                ReceiverLog.Filtered(Endpoint.Logger, Endpoint.Name, LogText.Of(e.EventName));
            return new Receipt(ReceiveOutcome.Filtered);
        }

        if (!e.IsComplete && _incomplete.TryAdd(e))
            ReceiverLog.Incomplete(Endpoint.Logger, Endpoint.Name, LogText.Of(e.EventName));
        return await _sink.AcceptAsync(new Delivery(context, e), cancellationToken).ConfigureAwait(false);
    }

    private WebSoEventContext CreateContext(IncomingRequest request, CallbackValidation callback, ReadOnlyMemory<byte> body)
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
