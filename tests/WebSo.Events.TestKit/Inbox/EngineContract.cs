using System.Net;
using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>
/// The behavior of the engine on every database. The test project of a dialect derives a class from each contract class and provides the
/// database. Each test uses its own database.
/// </summary>
public abstract class EngineContract : IAsyncLifetime
{
    protected static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly List<InboxEngine> _engines = [];

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected TestLog Log { get; } = new();

    protected virtual ILogger Logger => Log;

    private protected InboxEngine Engine { get; set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Engine = await OpenAnotherAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // Creates a dialect on the database of this test, as another process would. If the database has its own clock, the dialect uses the
    // clock of the test.
    private protected abstract InboxDialect CreateDialect(TimeProvider timeProvider);

    private protected InboxEngine CreateEngine(InboxDialect? dialect = null) => new(dialect ?? CreateDialect(Time), Time, Logger);

    private protected async Task<InboxEngine> OpenAnotherAsync(InboxDialect? dialect = null)
    {
        var engine = CreateEngine(dialect);
        _engines.Add(engine);
        await engine.OpenAsync(Token);
        return engine;
    }

    private protected async Task CloseAsync(InboxEngine engine)
    {
        _engines.Remove(engine);
        await engine.DisposeAsync();
    }

    // Advances the time while receivers are running and writing heartbeats.
    protected async Task PassAsync(TimeSpan time)
    {
        var step = TimeSpan.FromSeconds(20);
        for (var left = time; left > TimeSpan.Zero; left -= step)
        {
            Time.Advance(left < step ? left : step);
            foreach (var engine in _engines)
                await engine.ProbeAsync(Token);
        }
    }

    // Advances the time while nothing is stored or handled, in steps that let an idle receiver write its heartbeats.
    protected async Task IdleAsync(TimeSpan time)
    {
        for (var end = Time.GetUtcNow() + time; Time.GetUtcNow() < end;)
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            while (await ReadAliveAtAsync() < Time.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(12))
            {
                Time.Advance(TimeSpan.FromMilliseconds(50));
                await Task.Delay(5, Token);
            }
        }
    }

    private Task<DateTime> ReadAliveAtAsync() => Engine.Reader.ReadAsync(
        static (session, _) =>
        {
            var at = DateTime.MinValue;
            session.Query(AppendSql.ReadEndpoints, [DateTime.MinValue], row => at = row.Text(0).Length == 0 ? row.Time(3) : at);
            return at;
        },
        Token);

    // Waits until another process can claim the deliveries of a killed one.
    protected Task PassLeaseAsync() => PassAsync(InboxEngine.DefaultLeaseDuration + TimeSpan.FromSeconds(1));

    private protected static NewDelivery Delivery(
        string document = "1",
        string? key = null,
        string endpoint = "",
        WebSoInboxState state = WebSoInboxState.Pending,
        string eventName = "USER_FINISH",
        string body = "{}",
        DateTimeOffset? receivedAt = null,
        TraceContext? trace = null,
        TimeSpan? window = null) => new()
        {
            Context = new WebSoEventContext
            {
                DeliveryId = Guid.CreateVersion7(),
                ReceivedAt = receivedAt ?? new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
                EndpointName = endpoint,
                RequestPath = "/webso/events",
                QueryString = "?tenant=a",
                RouteValues = new Dictionary<string, string> { ["tenant"] = "ä" },
                RemoteAddress = IPAddress.Parse("192.0.2.7"),
                CorrelationId = "contract-17",
                Body = Encoding.UTF8.GetBytes(body),
            },
            EventName = state == WebSoInboxState.Malformed ? "" : eventName,
            DocumentId = state == WebSoInboxState.Malformed ? "" : document,
            State = state,
            Error = state == WebSoInboxState.Malformed ? "the body is not a JSON object" : null,
            DuplicateKey = key is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, NewDelivery.KeyLength).ToArray(),
            DuplicateWindow = window ?? Window,
            Trace = trace,
        };

    private protected Task<Guid> AppendAsync(NewDelivery delivery) => AppendAsync(Engine, delivery);

    private protected static async Task<Guid> AppendAsync(InboxEngine engine, NewDelivery delivery)
    {
        var result = await engine.AppendAsync(delivery, Token);
        result.IsDuplicate.Should().BeFalse();
        return result.DeliveryId;
    }

    private protected Task<IReadOnlyList<Lease>> ClaimAsync(int maxCount = 100, string endpoint = "") => ClaimAsync(Engine, maxCount, endpoint);

    private protected static async Task<IReadOnlyList<Lease>> ClaimAsync(InboxEngine engine, int maxCount = 100, string endpoint = "") =>
        (await engine.ClaimAsync(endpoint, maxCount, Token)).Leases;

    private protected async Task<Lease> ClaimOneAsync(InboxEngine? engine = null) => (await ClaimAsync(engine ?? Engine)).Should().ContainSingle().Subject;

    private protected Task<bool> HandledAsync(Lease lease) => FinishAsync(Engine, lease, WebSoInboxState.Handled);

    private protected static Task<bool> FinishAsync(InboxEngine engine, Lease lease, WebSoInboxState state, string? error = null, bool holdsDocument = false) =>
        engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Complete) { State = state, Error = error, HoldsDocument = holdsDocument }, Token);

    private protected Task<bool> RetryAsync(Lease lease, TimeSpan delay, string error = "failed") =>
        Engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Retry) { Delay = delay, Error = error }, Token);

    private protected Task<bool> ReleaseAsync(Lease lease) => Engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Release), Token);

    private protected Task<bool> CompleteAsync(Lease lease, string handler) => Engine.UpdateLeaseAsync(
        new LeaseUpdate(lease, LeaseUpdateKind.Renew) { Handlers = [new HandlerOutcome(handler, Time.GetUtcNow(), TimeSpan.FromMilliseconds(5))] }, Token);

    private protected Task<long> ReplayAsync(WebSoInboxFilter filter) => Engine.ReplayAsync(filter, static _ => null, Token);

    protected async Task<WebSoInboxDetails> DetailsAsync(Guid deliveryId) => (await Engine.Reader.GetAsync(deliveryId, Token)).Should().NotBeNull().And.BeOfType<WebSoInboxDetails>().Subject;

    protected async Task<WebSoInboxEntry> EntryAsync(Guid deliveryId) => (await DetailsAsync(deliveryId)).Entry;

    protected async Task<IReadOnlyList<WebSoInboxEntry>> ListAsync(WebSoInboxFilter filter) => (await Engine.ListAsync(filter, 1000, null, Token)).Entries;

    protected async Task<long> CountAllAsync() => (await Engine.Reader.CountAsync(null, Token)).Values.Sum();

    // Handles the deliveries of all documents, except those that are being handled.
    private protected async Task<List<Lease>> HandleAllAsync()
    {
        var handled = new List<Lease>();
        while (await ClaimAsync() is { Count: > 0 } leases)
        {
            foreach (var lease in leases)
            {
                handled.Add(lease);
                (await HandledAsync(lease)).Should().BeTrue();
            }
        }

        return handled;
    }

    // Default endpoint: two pending deliveries and one each being handled, dead letter, handled, unhandled and malformed. Endpoint 'b': one
    // pending.
    private protected async Task FillAsync()
    {
        foreach (var document in new[] { "handling", "dead", "handled" })
            await AppendAsync(Delivery(document));
        foreach (var lease in await ClaimAsync())
        {
            if (lease.DocumentId == "dead")
                await FinishAsync(Engine, lease, WebSoInboxState.DeadLetter, "given up");
            if (lease.DocumentId == "handled")
                await HandledAsync(lease);
        }

        await AppendAsync(Delivery("pending"));
        await AppendAsync(Delivery("pending"));
        await AppendAsync(Delivery("unhandled", state: WebSoInboxState.Unhandled));
        await AppendAsync(Delivery(key: "unreadable", state: WebSoInboxState.Malformed));
        await AppendAsync(Delivery("pending", endpoint: "b"));
    }

    private protected async Task<int> CountAsync(WebSoInboxFilter filter) => (await ListAsync(filter)).Count;

    // Checks the invariants of docs/architecture-inbox.md after any test.
    protected async Task CheckInvariantsAsync()
    {
        var violations = await Engine.Reader.ReadAsync(
            (session, _) => new Dictionary<string, long>
            {
                ["deliveries that are neither pending nor ended"] = session.ReadNumber(
                    """
                    SELECT count(*) FROM webso_deliveries d WHERE NOT EXISTS (SELECT 1 FROM webso_pending p WHERE p.sequence = d.sequence)
                    AND NOT EXISTS (SELECT 1 FROM webso_outcomes o WHERE o.sequence = d.sequence AND o.handler = '' AND o.superseded_at IS NULL)
                    """),
                ["deliveries that are both, and no dead letters"] = session.ReadNumber(
                    """
                    SELECT count(*) FROM webso_pending p JOIN webso_outcomes o ON o.sequence = p.sequence AND o.handler = '' AND o.superseded_at IS NULL
                    WHERE o.state <> 3
                    """),
                ["deliveries with two current ends"] = session.ReadNumber(
                    "SELECT count(*) FROM (SELECT sequence FROM webso_outcomes WHERE handler = '' AND superseded_at IS NULL GROUP BY sequence HAVING count(*) > 1) x"),
                ["queues without a head"] = session.ReadNumber(
                    "SELECT count(*) FROM (SELECT 1 AS x FROM webso_pending GROUP BY endpoint, queue HAVING min(place) <> 0) x"),
                ["pending without a delivery"] = session.ReadNumber(
                    "SELECT count(*) FROM webso_pending p WHERE NOT EXISTS (SELECT 1 FROM webso_deliveries d WHERE d.sequence = p.sequence)"),
            },
            Token);
        violations.Where(violation => violation.Value > 0).Should().BeEmpty();
    }
}
