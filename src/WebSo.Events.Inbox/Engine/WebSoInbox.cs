using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Engine;

// The operations on the deliveries of one endpoint, or of all endpoints if the name is null.
internal sealed class WebSoInbox(InboxEngine engine, string? endpointName, Func<WebSoEventContext, WebSoEvent?> readBody) : IWebSoInbox
{
    // Returns the number of handlers of this process that ignore their token. The store does not know it.
    public Func<int> CountStuckHandlers { get; init; } = static () => 0;

    // If true, replay, discard and erase only count the deliveries.
    public bool IsPreview { get; init; }

    public async ValueTask<WebSoInboxBacklog> GetBacklogAsync(CancellationToken cancellationToken = default)
    {
        var backlog = await engine.Reader.GetBacklogAsync(endpointName, cancellationToken).ConfigureAwait(false);
        return backlog with { StuckHandlers = CountStuckHandlers() };
    }

    public ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(CancellationToken cancellationToken = default) =>
        new(engine.Reader.CountAsync(endpointName, cancellationToken));

    public ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize = 100, string? cursor = null, CancellationToken cancellationToken = default)
    {
        if (pageSize is < 1 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(pageSize), pageSize, "The page size must be from 1 to 1000.");

        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new ArgumentException("Invalid cursor. Pass the value of WebSoInboxPage.Next.", nameof(cursor));
        return new(engine.Reader.ListAsync(Restrict(filter), pageSize, before, cancellationToken));
    }

    public async ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken = default)
    {
        var details = await engine.Reader.GetAsync(deliveryId, cancellationToken).ConfigureAwait(false);
        return endpointName is null || details?.Entry.EndpointName == endpointName ? details : null;
    }

    public ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default)
    {
        var search = new DeliverySearch(engine.Reader, Restrict(filter), ShouldChange)
        {
            ReadBody = readBody,
            OnDamaged = (entry, reason) =>
                EngineLog.UnreadableRow(engine.Logger, entry.EndpointName, engine.Dialect.Name, entry.DeliveryId, reason, "It stays malformed and is not replayed."),
        };
        return new(ChangeAsync(search, InboxCommands.Replay, cancellationToken));

        // Of pending deliveries, only those with a due time are retried; the ones behind them wait for their turn.
        bool ShouldChange(WebSoInboxEntry entry) => entry.State switch
        {
            WebSoInboxState.Pending => filter.State is not null && entry.NextAttemptAt is not null,
            WebSoInboxState.Handling => false,
            WebSoInboxState.Discarded => filter.State is not null,
            _ => true,
        };
    }

    public ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default)
    {
        var search = new DeliverySearch(engine.Reader, Restrict(filter), static entry =>
            entry.State is WebSoInboxState.Pending or WebSoInboxState.DeadLetter or WebSoInboxState.Unhandled or WebSoInboxState.Malformed);
        return new(ChangeAsync(search, InboxCommands.Discard, cancellationToken));
    }

    public async ValueTask<long> EraseAsync(string documentId, CancellationToken cancellationToken = default) =>
        (await EraseDocumentAsync(documentId, cancellationToken).ConfigureAwait(false)).Count;

    // Traces describes copies that may remain outside the tables and how to remove them, or is null.
    public async ValueTask<(long Count, string? Traces)> EraseDocumentAsync(string documentId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(documentId))
            throw new ArgumentException("The document ID is empty. Pass the ID of a document; deliveries without one can't be erased by document.", nameof(documentId));

        if (IsPreview)
        {
            var search = new DeliverySearch(engine.Reader, Restrict(new WebSoInboxFilter { DocumentId = documentId }), static entry => entry.State != WebSoInboxState.Handling);
            return (await ChangeAsync(search, InboxCommands.Erase, cancellationToken).ConfigureAwait(false), null);
        }

        var (erased, beingHandled, traces) = await EraseIdleAsync(documentId, cancellationToken).ConfigureAwait(false);
        return beingHandled == 0 ? (erased, traces) : throw new InvalidOperationException(
            $"{beingHandled} {(beingHandled == 1 ? "delivery of the document is" : "deliveries of the document are")} being handled and could not be erased. Erased deliveries: {erased}. "
            + "Erase the document again after its handlers have returned.");
    }

    // Deliveries that are being handled are counted and not erased.
    public async Task<(long Erased, long BeingHandled, string? Traces)> EraseIdleAsync(string documentId, CancellationToken cancellationToken)
    {
        var search = new DeliverySearch(engine.Reader, Restrict(new WebSoInboxFilter { DocumentId = documentId }), static _ => true);
        var (hash, label) = (HashOf(documentId), endpointName is null ? "all endpoints" : new EndpointLabel(endpointName).ToString());
        var (erased, left, level, result) = (0L, 0L, LogLevel.Information, "complete");
        try
        {
            // Excludes deliveries that arrive in the meantime.
            var end = await engine.Reader.ReadLastSequenceAsync(cancellationToken).ConfigureAwait(false);
            await ChangeAsync(search, InboxCommands.Erase, cancellationToken, count => erased += count).ConfigureAwait(false);
            left = (await engine.Reader.ListAsync(search.Filter, 1000, end + 1, cancellationToken).ConfigureAwait(false)).Entries.Count;
            string? traces = null;
            await engine.CommandAsync(static _ => true, cancellationToken, connection => traces = engine.Dialect.RemoveTraces(connection)).ConfigureAwait(false);
            if (traces is not null)
                (level, result) = (LogLevel.Warning, traces);
            return (erased, left, traces);
        }
        catch (Exception failure)
        {
            (level, result) = (LogLevel.Warning, "incomplete: " + failure.Message);
            throw;
        }
        finally
        {
            EngineLog.Erased(engine.Logger, level, erased, hash, label, engine.Dialect.Name, left, result);
        }
    }

    public async ValueTask PauseAsync(CancellationToken cancellationToken = default) =>
        await engine.CommandAsync(transaction => InboxCommands.SetPaused(transaction, endpointName, isPaused: true), cancellationToken).ConfigureAwait(false);

    public async ValueTask ResumeAsync(CancellationToken cancellationToken = default) =>
        await engine.CommandAsync(transaction => InboxCommands.SetPaused(transaction, endpointName, isPaused: false), cancellationToken).ConfigureAwait(false);

    // Deliveries that are stored after the start of the operation are not changed.
    private async Task<long> ChangeAsync(
        DeliverySearch search,
        Func<WriteTransaction, IReadOnlyList<SelectedDelivery>, long> change,
        CancellationToken cancellationToken,
        Action<long>? onCommitted = null)
    {
        search.Filter.EnsureSelective();
        var end = await engine.Reader.ReadLastSequenceAsync(cancellationToken).ConfigureAwait(false);
        var (total, after) = (0L, (long?)0L);
        while (after is { } from && from < end)
        {
            (var page, after) = await search.FindAsync(from, cancellationToken).ConfigureAwait(false);
            page.RemoveAll(delivery => delivery.Sequence > end);
            if (page.Count == 0)
                continue;
            var count = IsPreview ? page.Count : await engine.CommandAsync(transaction => change(transaction, page), cancellationToken).ConfigureAwait(false);
            total += count;
            onCommitted?.Invoke(count);
        }

        return total;
    }

    private WebSoInboxFilter Restrict(WebSoInboxFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return endpointName is null ? filter : filter with { EndpointName = endpointName };
    }

    // Identifies a document in the log without its ID. Anyone who knows the ID can find the message: printf %s ID | sha256sum.
    private static string HashOf(string documentId) =>
        string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(documentId)).Take(8).Select(static value => value.ToString("x2", CultureInfo.InvariantCulture)));
}
