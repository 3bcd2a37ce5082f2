using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events;

/// <summary>An inbox with a delivery of each kind, at fixed times.</summary>
internal sealed class SampleInbox
{
    public const string Chain = "archive: InvalidOperationException: The archive is closed.\n caused by IOException: No space\n   at Archive.Write()";

    private readonly InboxEngine _engine;
    private readonly FakeTimeProvider _time;
    private Lease? _held;

    private SampleInbox(InboxEngine engine, FakeTimeProvider time) => (_engine, _time) = (engine, time);

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public static Guid Id(int number) => new($"00000000-0000-0000-0000-{number.ToString("D12", CultureInfo.InvariantCulture)}");

    public static async Task CreateAsync(string file)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var engine = await StoredEvents.OpenAsync(file, time);
        await new SampleInbox(engine, time).FillAsync();
    }

    private async Task FillAsync()
    {
        // 1: handled by two handlers. 2: a dead letter after two attempts.
        await AppendAsync(1, "handled");
        await UpdateLeaseAsync(LeaseUpdateKind.Renew, handler: "archive");
        _time.Advance(TimeSpan.FromSeconds(1));
        await UpdateLeaseAsync(LeaseUpdateKind.Complete, WebSoInboxState.Handled, handler: "mail");
        await AppendAsync(2, "dead");
        await UpdateLeaseAsync(LeaseUpdateKind.Retry, error: "archive: TimeoutException: It took too long.");
        _time.Advance(TimeSpan.FromSeconds(4));
        await UpdateLeaseAsync(LeaseUpdateKind.Complete, WebSoInboxState.DeadLetter, Chain);

        // 3: a dead letter that holds its document. 4: waits for 3. 5: a dead letter that was replayed and handled.
        await AppendAsync(3, "held");
        await UpdateLeaseAsync(LeaseUpdateKind.Complete, WebSoInboxState.DeadLetter, "archive: WebSoEventRejectedException: Unknown customer", holds: true);
        await AppendAsync(4, "held");
        await AppendAsync(5, "replayed");
        await UpdateLeaseAsync(LeaseUpdateKind.Complete, WebSoInboxState.DeadLetter, Chain);
        _time.Advance(TimeSpan.FromMinutes(1));
        var inbox = new WebSoInbox(_engine, null, static _ => null);
        await inbox.ReplayAsync(new WebSoInboxFilter { DeliveryId = Id(5) }, Canceled);
        await UpdateLeaseAsync(LeaseUpdateKind.Complete, WebSoInboxState.Handled, handler: "archive");

        // 6: unhandled. 7: malformed. 8: waits for a retry. 9: pending at another endpoint.
        await AppendAsync(6, "unhandled", WebSoInboxState.Unhandled);
        await AppendAsync(7, "", WebSoInboxState.Malformed, "The body is not JSON.");
        await AppendAsync(8, "retried");
        await UpdateLeaseAsync(LeaseUpdateKind.Retry, error: Chain);
        await AppendAsync(9, "pending", endpoint: "production");
        await inbox.PauseAsync(Canceled);
    }

    private async Task AppendAsync(int number, string document, WebSoInboxState state = WebSoInboxState.Pending, string? error = null, string endpoint = "") => await _engine.AppendAsync(
        new NewDelivery
        {
            Context = new WebSoEventContext
            {
                DeliveryId = Id(number),
                ReceivedAt = _time.GetUtcNow(),
                EndpointName = endpoint,
                RequestPath = "/webso/events",
                QueryString = number == 1 ? "?tenant=a" : "",
                RemoteAddress = number == 1 ? IPAddress.Parse("192.0.2.1") : null,
                CorrelationId = number == 1 ? "c-4711" : null,
                Body = Encoding.UTF8.GetBytes(error is null ? StoredEvents.Body(document) : "{"),
            },
            EventName = error is null ? EventNames.RenderReturn : "",
            DocumentId = document,
            State = state,
            Error = error,
        },
        Canceled);

    // Marks the only delivery that is due.
    private async Task UpdateLeaseAsync(LeaseUpdateKind kind, WebSoInboxState state = default, string? error = null, string? handler = null, bool holds = false)
    {
        var lease = _held ?? (await _engine.ClaimAsync("", 1, Canceled)).Leases.Single();
        _held = kind == LeaseUpdateKind.Renew ? lease : null;
        await _engine.UpdateLeaseAsync(
            new LeaseUpdate(lease, kind)
            {
                State = state,
                Error = error,
                HoldsDocument = holds,
                Delay = TimeSpan.FromSeconds(4),
                Duration = TimeSpan.FromMilliseconds(45),
                Handlers = handler is null ? [] : [new HandlerOutcome(handler, _time.GetUtcNow(), TimeSpan.FromMilliseconds(5))],
            },
            Canceled);
    }
}
