using WebSo.Events.ESign.Linting;

namespace WebSo.Events;

/// <summary>
/// Sends events as WebSignatureOffice does: by its config.ini, with the filter, the extra headers, and repeats until exactly 200 is
/// answered. Safe to use from many threads.
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

    // The faults that are in the body are in every repeat, but were made once; the rest is not the sender's.
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

    /// <summary>Creates a sender for a config.ini.</summary>
    /// <param name="configuration">What the server's config.ini says.</param>
    /// <param name="options">Not set: the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The URL is not absolute, or contains a space or a non-ASCII character; a header name is invalid; or an option is out of range.
    /// </exception>
    public WebSoEventSender(WebSoServerConfiguration configuration, WebSoEventSenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        options ??= new WebSoEventSenderOptions();
        SenderGuards.Validate(configuration, options);
        _url = options.Url ?? configuration.Url;
        if (_url is not null)
            SenderGuards.ParseUrl(_url, nameof(configuration));
        _filter = WebSoEventFilter.Parse(configuration.Filter);
        (_retryDelay, _maxRetries) = ReadRepeats(configuration, options.UnsetRetry);
        _timeProvider = options.TimeProvider;
        _attemptTimeout = options.AttemptTimeout;
        _onAttempt = options.OnAttempt;
        _faults = new FaultPlan(options.Faults, options.FaultRate, options.Seed);
        _charset = DeclaredCharset.Of(options.ContentType);
        _log = new DeliveryLog(options.LogCapacity);
        KeyValuePair<string, string>[] headers = [.. configuration.Headers.Where(header => !JavaHeaders.IsDropped(header.Key))];
        _transport = options.Handler is null
            ? new SocketTransport(options.ContentType, headers, options.SlowRequestDuration, options.TimeProvider)
            : new HandlerTransport(options.Handler, options.ContentType, headers);
        _calls = new RedirectFollower(_transport, options.FollowRedirects);
    }

    /// <summary>The delivery log: the attempts made so far, oldest first, at most <see cref="WebSoEventSenderOptions.LogCapacity"/>.</summary>
    public IReadOnlyList<WebSoDeliveryAttempt> Attempts => _log.ToList();

    /// <summary>Sends an event, and repeats it as configured until 200 is answered.</summary>
    /// <param name="e">The event.</param>
    /// <param name="callbackUrl">The document's own CallbackUrl; it takes the place of <c>webso_events_url</c>. Not set: none.</param>
    /// <param name="cancellationToken">Ends the sending, amid an attempt or a pause. Without it, a receiver that never answers 200 is called for ever where the configuration says so.</param>
    /// <exception cref="ArgumentException">The event can't be written, or the CallbackUrl is not absolute.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the sender disposed.</exception>
    /// <exception cref="ObjectDisposedException">The sender was disposed before.</exception>
    public Task<WebSoSendResult> SendAsync(WebSoEvent e, string? callbackUrl = null, CancellationToken cancellationToken = default) =>
        SendAsync(e, callbackUrl, Interlocked.Increment(ref _ordinal), cancellationToken);

    /// <summary>Sends a body as it is, whether it is an event or not, without filter and without faults of the body.</summary>
    /// <param name="body">The exact bytes.</param>
    /// <param name="callbackUrl">The URL, in place of <c>webso_events_url</c>. Not set: that of the configuration.</param>
    /// <param name="cancellationToken">Ends the sending, amid an attempt or a pause.</param>
    /// <exception cref="ArgumentException">The CallbackUrl is not absolute.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the sender disposed.</exception>
    /// <exception cref="ObjectDisposedException">The sender was disposed before.</exception>
    public async Task<WebSoSendResult> SendAsync(ReadOnlyMemory<byte> body, string? callbackUrl = null, CancellationToken cancellationToken = default)
    {
        if ((callbackUrl ?? _url) is not { } url)
            return new WebSoSendResult(WebSoSendOutcome.NoUrl, []);

        WebSoEventSerializer.Default.TryDeserialize(body.Span, _charset, out var e, out _);
        var documentId = e?.DocumentId ?? "";
        var faults = _faults.Draw(documentId, Interlocked.Increment(ref _ordinal), out _);
        var call = new OutgoingCall(e?.EventName ?? "", documentId, SenderGuards.ParseUrl(url, nameof(callbackUrl)), body.ToArray(), faults);
        return await DeliverAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends what is being sent, with <see cref="OperationCanceledException"/>, and closes the connections.</summary>
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
            return new WebSoSendResult(WebSoSendOutcome.Filtered, []);
        if ((callbackUrl ?? _url) is not { } url)
            return new WebSoSendResult(WebSoSendOutcome.NoUrl, []);

        var faults = _faults.Draw(e.DocumentId, ordinal, out var random);
        var body = BodyFaults.Apply(WebSoEventSerializer.Default.SerializeToUtf8Bytes(e), faults, random);
        var call = new OutgoingCall(e.EventName, e.DocumentId, SenderGuards.ParseUrl(url, nameof(callbackUrl)), body, faults);
        return await DeliverAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private static (TimeSpan Delay, int MaxRetries) ReadRepeats(WebSoServerConfiguration configuration, WebSoUnsetRetry unset)
    {
        if (configuration.RetryDelay is { } delay)
            return (delay, configuration.MaxRetries ?? -1);
        if (unset == WebSoUnsetRetry.NeverRepeat)
            return (TimeSpan.Zero, 0);
        return (TimeSpan.FromMilliseconds(5000), configuration.MaxRetries ?? -1);
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
                // What becomes of the duplicate does not matter to the server: it has its 200.
                attempts.Enqueue(await AttemptAsync(call, number + 1, WebSoFaults.DuplicateDelivery, either.Token).ConfigureAwait(false));
            }

            if (attempt.IsSuccess)
                return new WebSoSendResult(WebSoSendOutcome.Delivered, [.. attempts]);
            if (_maxRetries >= 0 && number > _maxRetries)
                return new WebSoSendResult(WebSoSendOutcome.GaveUp, [.. attempts]);

            await Task.Delay(_retryDelay, _timeProvider, either.Token).ConfigureAwait(false);
        }
    }

    private async Task<WebSoDeliveryAttempt> AttemptAsync(OutgoingCall call, int number, WebSoFaults faults, CancellationToken cancellationToken)
    {
        var startedAt = _timeProvider.GetUtcNow();
        var start = _timeProvider.GetTimestamp();
        var answer = await CallAsync(call, faults, cancellationToken).ConfigureAwait(false);
        if (faults.HasFlag(WebSoFaults.LostAnswer))
            answer = new AttemptAnswer(null, "The answer was lost: the fault LostAnswer.");

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
            // A handler that was brought along may throw anything, a TestServer what the application threw: to the server, a call without
            // an answer. It is in the log, and is repeated.
            cancellationToken.ThrowIfCancellationRequested();
            return new AttemptAnswer(null, timeout.IsCancellationRequested ? $"No answer within {_attemptTimeout}." : e.GetBaseException().Message);
        }
    }
}
