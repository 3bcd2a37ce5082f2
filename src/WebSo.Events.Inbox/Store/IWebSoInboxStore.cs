namespace WebSo.Events;

/// <summary>
/// What keeps the events of one or more endpoints: the contract between the inbox and a database. Implemented by the SQLite and the
/// PostgreSQL store; a user of the inbox needs only <see cref="IWebSoInbox"/>.
/// </summary>
/// <remarks>
/// <para>
/// Queue. Pending events of one endpoint and document ID form a queue in order of their position, given at <see cref="AppendAsync"/> and
/// anew at a replay. Only the head of a queue can be claimed, and while it is claimed or waits for its retry, nothing of its queue can.
/// An event without a document ID is a queue of its own.
/// </para>
/// <para>
/// Claim. Each claim has a fencing token. A mark with a token that is no longer the event's changes nothing and returns false: the claim
/// was lost. Claims of a process that ended become claimable again, after <see cref="LeaseDuration"/> or as soon as another process notices.
/// </para>
/// <para>
/// Time. No method takes the time: a store is made with a <see cref="TimeProvider"/>, and one that has a clock of its own uses that where
/// the provider is <see cref="TimeProvider.System"/>. Durations are relative to that clock.
/// </para>
/// <para>
/// Failure. A method waits while the database can't be written (locked, full, gone) and goes on by itself, until its token is cancelled;
/// then it throws <see cref="OperationCanceledException"/>, and what it was to do may or may not have been done. All methods are safe to
/// call from many threads, and concurrent calls share a commit.
/// </para>
/// </remarks>
public interface IWebSoInboxStore : IWebSoInbox, IAsyncDisposable
{
    /// <summary>How long a claim lasts unless renewed. Null: as long as this process, held by a lock of the operating system.</summary>
    TimeSpan? LeaseDuration { get; }

    /// <summary>Opens the database, and creates or migrates its schema. Done at the start of the host; again, it does nothing.</summary>
    /// <exception cref="WebSoInboxStoreException">It can't be opened, or is none of ours; the message says what to do.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores a delivery, or finds that it repeats one. Atomic: of the same call at many places at once, one is stored.
    /// Returns after a commit that survives a power cut.
    /// </summary>
    /// <exception cref="WebSoInboxUnavailableException">Too much waits already, or the store is closed. Nothing is stored.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. The event may or may not be stored.</exception>
    ValueTask<WebSoInboxAppendResult> AppendAsync(WebSoInboxAppend delivery, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that the answer to a call went out whole. Returns at once; the note shares the next commit, and may be lost with the process,
    /// which then takes the answer for unknown.
    /// </summary>
    void MarkAnswered(WebSoInboxSighting sighting);

    /// <summary>
    /// Writes something of no meaning, through the same way as events and as durably, so that whoever asks knows that an event could be
    /// stored now. For health checks.
    /// </summary>
    /// <exception cref="WebSoInboxUnavailableException">Too much waits already, or the store is closed.</exception>
    ValueTask ProbeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Claims heads of queues that are due, those due longest first, and counts an attempt on each. Nothing while the endpoint is paused,
    /// or while another process handles this database.
    /// </summary>
    /// <param name="endpointName">The endpoint.</param>
    /// <param name="maxCount">How many at most; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken);

    /// <summary>Extends claims by <see cref="LeaseDuration"/> from now.</summary>
    /// <returns>Those that are lost; none in the good case.</returns>
    ValueTask<IReadOnlyList<WebSoInboxClaim>> RenewAsync(IReadOnlyList<WebSoInboxClaim> claims, CancellationToken cancellationToken);

    /// <summary>Notes, durably, that one handler completed: a later attempt does not call it again.</summary>
    /// <returns>False: the claim is lost, nothing was noted.</returns>
    ValueTask<bool> CompleteHandlerAsync(WebSoInboxClaim claim, string handlerName, CancellationToken cancellationToken);

    /// <summary>Ends the handling of an event for good, and lets the next of its document's queue be claimed.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="state">
    /// <see cref="WebSoInboxState.Handled"/>, <see cref="WebSoInboxState.DeadLetter"/> or <see cref="WebSoInboxState.Unhandled"/>.
    /// </param>
    /// <param name="error">Why, for a dead letter. Null leaves the last error as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: the claim is lost, nothing was changed.</returns>
    ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken);

    /// <summary>Gives a claim back, to be claimed again after a delay. The event stays the head of its queue.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="delay">The delay; not negative.</param>
    /// <param name="error">Why the attempt failed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: the claim is lost, nothing was changed.</returns>
    ValueTask<bool> RetryAsync(WebSoInboxClaim claim, TimeSpan delay, string error, CancellationToken cancellationToken);

    /// <summary>Gives a claim back as if it had not been made, to be claimed at once: the process is to end.</summary>
    /// <returns>False: the claim is lost, nothing was changed.</returns>
    ValueTask<bool> ReleaseAsync(WebSoInboxClaim claim, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that the handling of a claim goes on although this process stops: a handler ignores its token. A store whose claims last as
    /// long as the process lets no other have them until the handling has ended, even after it is disposed. Returns at once.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="handling">Ends with the handling.</param>
    void KeepUntil(WebSoInboxClaim claim, Task handling);

    /// <summary>
    /// Removes settled events, a batch in each transaction, and gives their space back. One whose last call came within the age or within
    /// 24 hours stays: a further call would be its repeat.
    /// </summary>
    /// <param name="endpointName">The endpoint.</param>
    /// <param name="state">
    /// <see cref="WebSoInboxState.Handled"/>, <see cref="WebSoInboxState.Unhandled"/> or <see cref="WebSoInboxState.Discarded"/>.
    /// </param>
    /// <param name="age">How long ago they came into the state, at least.</param>
    /// <param name="maxCount">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed; fewer than <paramref name="maxCount"/>: no more are old enough.</returns>
    ValueTask<int> PurgeAsync(string endpointName, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the unhandled events of an endpoint that are more than may be kept, the oldest in order of arrival, a batch in each
    /// transaction. Called by several processes at once, it removes no more than by one.
    /// </summary>
    /// <param name="endpointName">The endpoint.</param>
    /// <param name="maxCount">How many may be kept.</param>
    /// <param name="maxBytes">How many bytes their bodies may have together.</param>
    /// <param name="cancellationToken">Ends the call; what is removed stays removed.</param>
    /// <returns>How many were removed.</returns>
    ValueTask<long> TrimUnhandledAsync(string endpointName, long maxCount, long maxBytes, CancellationToken cancellationToken);

    /// <summary>
    /// Calls a delegate with the name of an endpoint whenever something of it may have become claimable. It must return at once;
    /// what it throws is logged. A hint: it can come for nothing, need not come while the endpoint is paused, and what other processes store
    /// may come without; a worker polls, too.
    /// </summary>
    /// <returns>Ends the calls when it is disposed.</returns>
    IDisposable OnWork(Action<string> signal);
}
