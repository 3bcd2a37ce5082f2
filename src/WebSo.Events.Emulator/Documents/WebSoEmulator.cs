using System.Collections.Concurrent;
using System.Globalization;

namespace WebSo.Events;

/// <summary>
/// Behaves as WebSignatureOffice does to a receiver of its events: holds documents, changes them, and fires what follows, always a legal
/// chain. For tests and demonstrations. Safe to use from many threads.
/// </summary>
/// <remarks>
/// RENDER_RETURN comes before the first signature; then, per field, FIELD_SIGNED_OR_REJECTED, USER_FINISH when its user is through
/// (with the number of fields signed, 0 where all were rejected), STATUS_CHANGE when the status changes. That order is assumed, not documented.
/// </remarks>
/// <example>
/// <code>
/// await using var emulator = new WebSoEmulator("http://localhost/webso/events", new() { Sender = { Handler = factory.Server.CreateHandler() } });
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
    private readonly WebSoDeliveryOrder _order;
    private int _lastId;
    private volatile bool _isClosed;

    /// <summary>Creates a server with a config.ini.</summary>
    /// <param name="configuration">What the config.ini says.</param>
    /// <param name="options">Not set: the defaults.</param>
    /// <exception cref="ArgumentException">The URL is not absolute, a header name is invalid, or an option is out of range.</exception>
    public WebSoEmulator(WebSoServerConfiguration configuration, WebSoEmulatorOptions? options = null)
    {
        options ??= new WebSoEmulatorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstDocumentId, 1, nameof(options));
        _sender = new WebSoEventSender(configuration, options.Sender);
        _order = options.Delivery;
        _lastId = options.FirstDocumentId - 1;
    }

    /// <summary>Creates a server whose config.ini has nothing but a URL.</summary>
    /// <param name="url">The URL that is called, absolute.</param>
    /// <param name="options">Not set: the defaults.</param>
    /// <exception cref="ArgumentException">The URL is not absolute, or an option is out of its range.</exception>
    public WebSoEmulator(string url, WebSoEmulatorOptions? options = null)
        : this(WebSoServerConfiguration.Parse($"webso_events_url={SenderGuards.ParseUrl(url, nameof(url)).OriginalString}"), options)
    {
    }

    /// <summary>The documents, in no order.</summary>
    public IReadOnlyCollection<WebSoEmulatedDocument> Documents => [.. _documents.Values];

    /// <summary>The delivery log: the attempts made so far, oldest first.</summary>
    public IReadOnlyList<WebSoDeliveryAttempt> Attempts => _sender.Attempts;

    /// <summary>Creates a document of status New. It fires nothing: see <see cref="RenderAsync"/>.</summary>
    /// <param name="signers">How many users are to sign; at least 1.</param>
    /// <param name="fieldsPerSigner">How many fields each of them has; at least 1.</param>
    /// <param name="callbackUrl">The document's own URL. Not set: the server's.</param>
    /// <exception cref="ArgumentException">A number is less than 1, or the URL is not absolute.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was closed.</exception>
    public WebSoEmulatedDocument CreateDocument(int signers = 1, int fieldsPerSigner = 1, string? callbackUrl = null)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(signers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(fieldsPerSigner, 1);
        if (callbackUrl is not null)
            SenderGuards.ParseUrl(callbackUrl, nameof(callbackUrl));

        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var lane = new DeliveryLane(
            _order,
            (e, ordinal) => _sender.SendAsync(e, callbackUrl, ordinal, _disposing.Token),
            ordinal => _sender.DrawFaults(id, ordinal),
            _outstanding);
        return _documents[id] = new WebSoEmulatedDocument(id, callbackUrl, signers, fieldsPerSigner, lane);
    }

    /// <summary>
    /// Creates the documents of an ESign XML, single or envelope, each with its CallbackUrl. It streams, so a PDF may have any size.
    /// It fires nothing: see <see cref="RenderAsync"/>.
    /// </summary>
    /// <param name="eSignXml">The XML; left open, at its end.</param>
    /// <param name="signers">How many users are to sign each document; at least 1.</param>
    /// <param name="fieldsPerSigner">How many fields each of them has; at least 1.</param>
    /// <param name="cancellationToken">Ends the reading; then no document is created.</param>
    /// <exception cref="FormatException">The XML can't be read (see <see cref="ESignDocument"/>). No document is created.</exception>
    /// <exception cref="ArgumentException">A number is less than 1, or a CallbackUrl can't be called; then no document is created.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was closed.</exception>
    public async Task<IReadOnlyList<WebSoEmulatedDocument>> UploadAsync(
        Stream eSignXml,
        int signers = 1,
        int fieldsPerSigner = 1,
        CancellationToken cancellationToken = default)
    {
        // An empty CallbackUrl counts as none.
        var documents = await ESignDocument.ReadAllAsync(eSignXml, cancellationToken).ConfigureAwait(false);
        var urls = documents.Select(document => document.CallbackUrl is { Length: > 0 } url ? url : null).ToList();
        foreach (var url in urls)
        {
            if (url is not null)
                SenderGuards.ParseUrl(url, nameof(eSignXml));
        }

        return [.. urls.Select(url => CreateDocument(signers, fieldsPerSigner, url))];
    }

    /// <summary>Ends the rendering of a document, and fires RENDER_RETURN. It may be rendered again, at any time.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="succeeds">Whether the rendering succeeds. After one that did not, no field can be signed or rejected.</param>
    /// <param name="cancellationToken">Ends the waiting; the delivery goes on.</param>
    /// <returns>
    /// How the deliveries ended, once they have: where the receiver never answers 200, that may be never. The change itself is made, and
    /// its events are fired, before this method returns. An event that <see cref="WebSoFaults.ReorderedDelivery"/> holds back is not waited for.
    /// </returns>
    /// <exception cref="ArgumentException">There is no such document.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the emulator disposed.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was closed.</exception>
    public Task<IReadOnlyList<WebSoSendResult>> RenderAsync(string documentId, bool succeeds = true, CancellationToken cancellationToken = default) =>
        CompleteAsync(Find(documentId).Render(succeeds ? RenderStatus.Success : RenderStatus.Error), cancellationToken);

    /// <summary>Signs a field, and fires what follows: FIELD_SIGNED_OR_REJECTED, then USER_FINISH and STATUS_CHANGE where they are due.</summary>
    /// <inheritdoc cref="RejectFieldAsync"/>
    public Task<IReadOnlyList<WebSoSendResult>> SignFieldAsync(string documentId, string fieldId, CancellationToken cancellationToken = default) =>
        CompleteAsync(Find(documentId).Settle(fieldId, FieldStatus.Signed), cancellationToken);

    /// <summary>Rejects a field, and fires what follows. The status becomes Failed once no field is open.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="fieldId">The field, of the document's <see cref="WebSoEmulatedDocument.Fields"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; the deliveries go on.</param>
    /// <returns>How the deliveries ended, once they have: see <see cref="RenderAsync"/>.</returns>
    /// <exception cref="ArgumentException">There is no such document or field.</exception>
    /// <exception cref="InvalidOperationException">The document is not rendered, or the field is not open.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the emulator disposed.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was closed.</exception>
    public Task<IReadOnlyList<WebSoSendResult>> RejectFieldAsync(string documentId, string fieldId, CancellationToken cancellationToken = default) =>
        CompleteAsync(Find(documentId).Settle(fieldId, FieldStatus.Rejected), cancellationToken);

    /// <summary>Forgets a document. Its deliveries go on, and what a fault holds back of it comes now.</summary>
    /// <returns>Whether there was such a document.</returns>
    public bool RemoveDocument(string documentId)
    {
        if (!_documents.TryRemove(documentId, out var document))
            return false;

        document.Lane.Release();
        return true;
    }

    /// <summary>Waits until nothing is being sent or waits for its repeat. What a fault holds back is sent before.</summary>
    /// <param name="cancellationToken">Ends the waiting; the deliveries go on.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForDeliveriesAsync(CancellationToken cancellationToken = default)
    {
        foreach (var document in _documents.Values)
            document.Lane.Release();
        return _outstanding.Idle.WaitAsync(cancellationToken);
    }

    /// <summary>Changes nothing any more, and waits until all that was fired has been delivered or given up.</summary>
    /// <param name="cancellationToken">Ends the waiting, and with it what is still being sent.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
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

    /// <summary>Ends at once what is being sent or waits for its repeat: those events are lost. See <see cref="CloseAsync"/>.</summary>
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
            : throw new ArgumentException($"There is no document '{documentId}': see Documents.", nameof(documentId));
    }
}
