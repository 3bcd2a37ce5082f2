using System.Collections.Concurrent;
using System.Globalization;

namespace WebSo.Events;

/// <summary>
/// Emulates the sending side of WebSignatureOffice for tests and demonstrations: holds documents, changes them, and sends the events of each
/// change in a valid order. Thread-safe.
/// </summary>
/// <remarks>
/// RENDER_RETURN comes before the first signature. After that, each field causes FIELD_SIGNED_OR_REJECTED, then USER_FINISH when its user has no
/// open field left (with the number of signed fields, 0 if all were rejected), then STATUS_CHANGE when the status changes. This order is an
/// assumption; it is not documented.
/// </remarks>
/// <example>
/// <code>
/// await using var emulator = new WebSoEmulator("http://localhost/webso/events", new() { Handler = factory.Server.CreateHandler() });
/// var document = emulator.CreateDocument();
/// await emulator.RenderAsync(document.Id);
/// await emulator.SignFieldAsync(document.Id, "1");
/// await emulator.WaitForDeliveriesAsync();
/// </code>
/// </example>
public sealed class WebSoEmulator : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, WebSoEmulatedDocument> _documents = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposing = new();
    private readonly OutstandingWork _outstanding = new();
    private readonly WebSoEventSender _sender;
    private readonly bool _overlapCalls;
    private int _lastId;
    private volatile bool _isClosed;

    /// <summary>Creates a server with the settings of a config.ini.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The URL is not absolute, a header name is invalid, or an option is out of range.</exception>
    public WebSoEmulator(WebSoServerConfiguration configuration, WebSoEmulatorOptions? options = null)
    {
        options ??= new WebSoEmulatorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstDocumentId, 1, nameof(options));
        _sender = new WebSoEventSender(configuration, options);
        _overlapCalls = options.OverlapCalls;
        _lastId = options.FirstDocumentId - 1;
    }

    /// <summary>Creates a server whose config.ini contains only <c>webso_events_url</c>.</summary>
    /// <param name="url">The absolute URL to call.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The URL is not absolute, or an option is out of range.</exception>
    public WebSoEmulator(string url, WebSoEmulatorOptions? options = null)
        : this(WebSoServerConfiguration.Parse($"webso_events_url={SenderGuards.ParseUrl(url, nameof(url)).OriginalString}"), options)
    {
    }

    /// <summary>The documents, in no particular order.</summary>
    public IReadOnlyCollection<WebSoEmulatedDocument> Documents => [.. _documents.Values];

    /// <summary>The delivery log: the attempts so far, oldest first, at most <see cref="WebSoEmulatorOptions.LogCapacity"/>.</summary>
    public IReadOnlyList<WebSoDeliveryAttempt> Attempts => _sender.Attempts;

    /// <summary>Creates a document with the status New. This sends no event; call <see cref="RenderAsync"/> next.</summary>
    /// <param name="signers">The number of users who are to sign, at least 1.</param>
    /// <param name="fieldsPerSigner">The number of fields for each user, at least 1.</param>
    /// <param name="callbackUrl">The document's own URL, or null for the server's.</param>
    /// <exception cref="ArgumentException">A number is less than 1, or the URL is not absolute.</exception>
    /// <exception cref="ObjectDisposedException">The emulator is closed.</exception>
    public WebSoEmulatedDocument CreateDocument(int signers = 1, int fieldsPerSigner = 1, string? callbackUrl = null)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(signers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(fieldsPerSigner, 1);
        if (callbackUrl is not null)
            SenderGuards.ParseUrl(callbackUrl, nameof(callbackUrl));

        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var lane = new DeliveryLane(
            _overlapCalls,
            (e, ordinal) => _sender.SendAsync(e, callbackUrl, ordinal, _disposing.Token),
            ordinal => _sender.DrawFaults(id, ordinal),
            _outstanding);
        return _documents[id] = new WebSoEmulatedDocument(id, callbackUrl, signers, fieldsPerSigner, lane);
    }

    /// <summary>
    /// Creates the documents of an ESign XML (a single document or an envelope), each with its CallbackUrl. The XML is streamed, so a PDF can have
    /// any size. This sends no event; call <see cref="RenderAsync"/> next.
    /// </summary>
    /// <param name="eSignXml">The XML. The stream is read to its end and left open.</param>
    /// <param name="signers">The number of users who are to sign each document, at least 1.</param>
    /// <param name="fieldsPerSigner">The number of fields for each user, at least 1.</param>
    /// <param name="cancellationToken">Cancels the upload. No document is created then.</param>
    /// <exception cref="FormatException">The XML is invalid, see <see cref="ESignDocument"/>. No document was created.</exception>
    /// <exception cref="ArgumentException">A number is less than 1, or a CallbackUrl is invalid. No document was created.</exception>
    /// <exception cref="ObjectDisposedException">The emulator is closed.</exception>
    public async Task<IReadOnlyList<WebSoEmulatedDocument>> UploadAsync(
        Stream eSignXml,
        int signers = 1,
        int fieldsPerSigner = 1,
        CancellationToken cancellationToken = default)
    {
        // An empty CallbackUrl means none.
        var documents = await ESignDocument.ReadAllAsync(eSignXml, cancellationToken).ConfigureAwait(false);
        var urls = documents.Select(document => document.CallbackUrl is { Length: > 0 } url ? url : null).ToList();
        foreach (var url in urls)
        {
            if (url is not null)
                SenderGuards.ParseUrl(url, nameof(eSignXml));
        }

        return [.. urls.Select(url => CreateDocument(signers, fieldsPerSigner, url))];
    }

    /// <summary>Renders a document, which sends RENDER_RETURN. A document can be rendered again at any time.</summary>
    /// <param name="documentId">The ID of the document.</param>
    /// <param name="succeeds">Whether rendering succeeds. If not, no field can be signed or rejected.</param>
    /// <param name="cancellationToken">Cancels the wait. The delivery continues.</param>
    /// <returns>
    /// The results of the deliveries, when all have ended. If the receiver never answers 200 and retries are unlimited, the task does not complete.
    /// The change is made and sending has started before this method returns. An event that <see cref="WebSoFaults.ReorderedDelivery"/> holds back is
    /// not waited for.
    /// </returns>
    /// <exception cref="ArgumentException">There is no such document.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or the emulator was disposed.</exception>
    /// <exception cref="ObjectDisposedException">The emulator is closed.</exception>
    public Task<IReadOnlyList<WebSoSendResult>> RenderAsync(string documentId, bool succeeds = true, CancellationToken cancellationToken = default) =>
        CompleteAsync(Find(documentId).Render(succeeds ? RenderStatus.Success : RenderStatus.Error), cancellationToken);

    /// <summary>Signs a field, which sends FIELD_SIGNED_OR_REJECTED, then USER_FINISH and STATUS_CHANGE if they apply.</summary>
    /// <inheritdoc cref="RejectFieldAsync"/>
    public Task<IReadOnlyList<WebSoSendResult>> SignFieldAsync(string documentId, string fieldId, CancellationToken cancellationToken = default) =>
        CompleteAsync(Find(documentId).Settle(fieldId, FieldStatus.Signed), cancellationToken);

    /// <summary>Rejects a field, which sends the same events as <see cref="SignFieldAsync"/>. The status becomes Failed when no field is open.</summary>
    /// <param name="documentId">The ID of the document.</param>
    /// <param name="fieldId">The ID of one of the document's <see cref="WebSoEmulatedDocument.Fields"/>.</param>
    /// <param name="cancellationToken">Cancels the wait. The deliveries continue.</param>
    /// <returns>The results of the deliveries, when all have ended. See <see cref="RenderAsync"/>.</returns>
    /// <exception cref="ArgumentException">There is no such document or field.</exception>
    /// <exception cref="InvalidOperationException">The document is not rendered, or the field is not open.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, or the emulator was disposed.</exception>
    /// <exception cref="ObjectDisposedException">The emulator is closed.</exception>
    public Task<IReadOnlyList<WebSoSendResult>> RejectFieldAsync(string documentId, string fieldId, CancellationToken cancellationToken = default) =>
        CompleteAsync(Find(documentId).Settle(fieldId, FieldStatus.Rejected), cancellationToken);

    /// <summary>Removes a document. Its deliveries continue, and an event that a fault holds back is sent now.</summary>
    /// <returns>Whether the document existed.</returns>
    public bool RemoveDocument(string documentId)
    {
        if (!_documents.TryRemove(documentId, out var document))
            return false;

        document.Lane.Release();
        return true;
    }

    /// <summary>Waits until no event is being sent or waits for a retry. Events that a fault holds back are sent first.</summary>
    /// <param name="cancellationToken">Cancels the wait. The deliveries continue.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Task WaitForDeliveriesAsync(CancellationToken cancellationToken = default)
    {
        foreach (var document in _documents.Values)
            document.Lane.Release();
        return _outstanding.Idle.WaitAsync(cancellationToken);
    }

    /// <summary>Refuses further changes and waits until every event was delivered or given up.</summary>
    /// <param name="cancellationToken">Cancels the wait and everything that is still being sent.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        _isClosed = true;
        try
        {
            await WaitForDeliveriesAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Cancels everything that is being sent or waits for a retry; those events are lost. To wait for them, call <see cref="CloseAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _outstanding.Idle.ConfigureAwait(false);
        _sender.Dispose();
    }

    private static async Task<IReadOnlyList<WebSoSendResult>> CompleteAsync(List<Task<WebSoSendResult>> deliveries, CancellationToken cancellationToken) =>
        await Task.WhenAll(deliveries).WaitAsync(cancellationToken).ConfigureAwait(false);

    private WebSoEmulatedDocument Find(string documentId)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        ArgumentNullException.ThrowIfNull(documentId);
        return _documents.TryGetValue(documentId, out var document)
            ? document
            : throw new ArgumentException($"There is no document '{documentId}'. Pass the ID of a document in WebSoEmulator.Documents.", nameof(documentId));
    }
}
