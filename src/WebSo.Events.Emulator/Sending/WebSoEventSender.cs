using WebSo.Events.ESign.Linting;

namespace WebSo.Events;

/// <summary>
/// Sends events like WebSignatureOffice does with the same config.ini: it applies the filter, adds the headers, and retries until the response is
/// exactly 200. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// using var sender = new WebSoEventSender(WebSoServerConfiguration.Read("config.ini"));
/// var result = await sender.SendAsync(new RenderReturnEvent { DocumentId = "1234", Status = RenderStatus.Success });
/// </code>
/// </example>
public sealed class WebSoEventSender : IDisposable
{
    private const int MaxAttemptsInResult = 1000;

    private static readonly WebSoSendResult s_noUrl = new([], notSentReason: "Neither a CallbackUrl nor webso_events_url is set.");

    // Faults of the body are applied once and are in every retry. The other excluded faults are not per attempt.
    private const WebSoFaults OfFirstAttempt = WebSoFaults.All & ~(WebSoFaults.DuplicateDelivery | WebSoFaults.ReorderedDelivery | WebSoFaults.UnknownEvent);

    private readonly CancellationTokenSource _closing = new();
    private readonly WebSoEventFilter _filter;
    private readonly string? _url;
    private readonly TimeSpan _retryDelay;
    private readonly int _maxRetries;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _attemptTimeout;
    private readonly Action<WebSoDeliveryAttempt>? _onAttempt;
    private readonly ITransport _transport;
    private readonly RedirectFollower _calls;
    private readonly FaultPlan _faults;
    private readonly DeliveryLog _log;
    private readonly string? _charset;
    private int _ordinal;

    /// <summary>Creates a sender with the settings of a config.ini.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The URL is not absolute, or contains a space or a non-ASCII character; a header name is invalid; or an option is out of range.
    /// </exception>
    public WebSoEventSender(WebSoServerConfiguration configuration, WebSoEmulatorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        options ??= new WebSoEmulatorOptions();
        SenderGuards.Validate(configuration, options);
        _url = options.Url ?? configuration.Url;
        if (_url is not null)
            SenderGuards.ParseUrl(_url, nameof(configuration));
        _filter = WebSoEventFilter.Parse(configuration.Filter);
        (_retryDelay, _maxRetries) = ReadRetries(configuration, options.Generation);
        _timeProvider = options.TimeProvider;
        _attemptTimeout = options.AttemptTimeout;
        _onAttempt = options.OnAttempt;
        _faults = new FaultPlan(options.Faults, options.FaultRate, options.Seed);
        _charset = DeclaredCharset.Of(options.ContentType);
        _log = new DeliveryLog(options.LogCapacity);
        KeyValuePair<string, string>[] headers = options.Generation == WebSoServerGeneration.First
            ? []
            : [.. configuration.Headers.Where(header => !JavaHeaders.IsDropped(header.Key))];
        _transport = options.Handler is null
            ? new SocketTransport(options.ContentType, headers, options.SlowRequestDuration, options.TimeProvider)
            : new HandlerTransport(options.Handler, options.ContentType, headers);
        _calls = new RedirectFollower(_transport, options.FollowRedirects);
    }

    /// <summary>The delivery log: the attempts so far, oldest first, at most <see cref="WebSoEmulatorOptions.LogCapacity"/>.</summary>
    public IReadOnlyList<WebSoDeliveryAttempt> Attempts => _log.ToList();

    /// <summary>Sends an event and retries as configured until the response is 200.</summary>
    /// <param name="e">The event.</param>
    /// <param name="callbackUrl">The document's own CallbackUrl, or null to use <c>webso_events_url</c>.</param>
    /// <param name="cancellationToken">Cancels the delivery, during an attempt or a delay. With unlimited retries, this is the only way to give up.</param>
    /// <exception cref="ArgumentException">The event can't be serialized, or the CallbackUrl is not absolute.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or the sender was disposed.</exception>
    /// <exception cref="ObjectDisposedException">The sender is disposed.</exception>
    public Task<WebSoSendResult> SendAsync(WebSoEvent e, string? callbackUrl = null, CancellationToken cancellationToken = default) =>
        SendAsync(e, callbackUrl, Interlocked.Increment(ref _ordinal), cancellationToken);

    /// <summary>Sends any bytes, whether they are an event or not. The filter and the faults that change the body do not apply.</summary>
    /// <param name="body">The bytes to send.</param>
    /// <param name="callbackUrl">The URL to call, or null to use <c>webso_events_url</c>.</param>
    /// <param name="cancellationToken">Cancels the delivery, during an attempt or a delay.</param>
    /// <exception cref="ArgumentException">The CallbackUrl is not absolute.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or the sender was disposed.</exception>
    /// <exception cref="ObjectDisposedException">The sender is disposed.</exception>
    public async Task<WebSoSendResult> SendAsync(ReadOnlyMemory<byte> body, string? callbackUrl = null, CancellationToken cancellationToken = default)
    {
        if ((callbackUrl ?? _url) is not { } url)
            return s_noUrl;

        WebSoEventSerializer.Default.TryDeserialize(body.Span, _charset, out var e, out _);
        var documentId = e?.DocumentId ?? "";
        var faults = _faults.Draw(documentId, Interlocked.Increment(ref _ordinal), out _);
        var call = new OutgoingCall(e?.EventName ?? "", documentId, SenderGuards.ParseUrl(url, nameof(callbackUrl)), body.ToArray(), faults);
        return await DeliverAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Cancels all deliveries with <see cref="OperationCanceledException"/> and closes the connections.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _transport.Dispose();
    }

    internal WebSoFaults DrawFaults(string documentId, int ordinal) => _faults.Draw(documentId, ordinal, out _);

    internal async Task<WebSoSendResult> SendAsync(WebSoEvent e, string? callbackUrl, int ordinal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(e);

        if (!_filter.Matches(e.EventName))
            return new WebSoSendResult([], notSentReason: "webso_events_filter excludes the event.");
        if ((callbackUrl ?? _url) is not { } url)
            return s_noUrl;

        var faults = _faults.Draw(e.DocumentId, ordinal, out var random);
        var body = BodyFaults.Apply(WebSoEventSerializer.Default.SerializeToUtf8Bytes(e), faults, random);
        var call = new OutgoingCall(e.EventName, e.DocumentId, SenderGuards.ParseUrl(url, nameof(callbackUrl)), body, faults);
        return await DeliverAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private static (TimeSpan Delay, int MaxRetries) ReadRetries(WebSoServerConfiguration configuration, WebSoServerGeneration generation)
    {
        const int Unlimited = -1;
        var delay = configuration.RetryDelay ?? (generation == WebSoServerGeneration.First ? TimeSpan.FromMilliseconds(5000) : null);
        var maxRetries = generation == WebSoServerGeneration.Third ? configuration.MaxRetries ?? Unlimited : Unlimited;
        return delay is { } time ? (time, maxRetries) : (TimeSpan.Zero, 0);
    }

    private async Task<WebSoSendResult> DeliverAsync(OutgoingCall call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, cancellationToken);
        var attempts = new Queue<WebSoDeliveryAttempt>();
        for (var number = 1; ; number++)
        {
            var attempt = await AttemptAsync(call, number, number == 1 ? call.Faults & OfFirstAttempt : WebSoFaults.None, either.Token).ConfigureAwait(false);
            if (attempts.Count == MaxAttemptsInResult)
                attempts.Dequeue();
            attempts.Enqueue(attempt);
            if (attempt.IsSuccess && call.Faults.HasFlag(WebSoFaults.DuplicateDelivery))
            {
                // The server has its 200 already, so the response to the duplicate does not matter.
                attempts.Enqueue(await AttemptAsync(call, number + 1, WebSoFaults.DuplicateDelivery, either.Token).ConfigureAwait(false));
            }

            if (attempt.IsSuccess)
                return new WebSoSendResult([.. attempts], isDelivered: true);
            if (_maxRetries >= 0 && number > _maxRetries)
                return new WebSoSendResult([.. attempts]);

            await Task.Delay(_retryDelay, _timeProvider, either.Token).ConfigureAwait(false);
        }
    }

    private async Task<WebSoDeliveryAttempt> AttemptAsync(OutgoingCall call, int number, WebSoFaults faults, CancellationToken cancellationToken)
    {
        var startedAt = _timeProvider.GetUtcNow();
        var start = _timeProvider.GetTimestamp();
        var answer = await CallAsync(call, faults, cancellationToken).ConfigureAwait(false);
        if (faults.HasFlag(WebSoFaults.LostAnswer))
            answer = new AttemptAnswer(null, "The response was lost (fault LostAnswer).");

        var attempt = new WebSoDeliveryAttempt(call, number, faults, answer) { StartedAt = startedAt, Duration = _timeProvider.GetElapsedTime(start) };
        _log.Add(attempt);
        _onAttempt?.Invoke(attempt);
        return attempt;
    }

    private async Task<AttemptAnswer> CallAsync(OutgoingCall call, WebSoFaults faults, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_attemptTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _calls.SendAsync(call, faults, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A custom handler can throw anything, and a TestServer throws the exceptions of the application. For the server, that is a call
            // without a response: it is in the log and retried.
            cancellationToken.ThrowIfCancellationRequested();
            return new AttemptAnswer(null, timeout.IsCancellationRequested ? $"No response within {_attemptTimeout}." : e.GetBaseException().Message);
        }
    }
}
