using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using WebSo.Events.Engine;
using Xunit;

namespace WebSo.Events;

/// <summary>An inbox with a delivery of each kind, at times that are always the same.</summary>
internal static class SampleInbox
{
    public const string Chain = "archive: InvalidOperationException: The archive is closed.\n caused by IOException: No space\n   at Archive.Write()";

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public static Guid Id(int number) => new($"00000000-0000-0000-0000-{number.ToString("D12", CultureInfo.InvariantCulture)}");

    public static async Task CreateAsync(string file)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var engine = await StoredEvents.OpenAsync(file, time);
        Lease? held = null;

        // 1: handled by two handlers; 2: a dead letter after two attempts.
        await AppendAsync(1, "handled");
        await MarkAsync(MarkKind.Renew, handler: "archive");
        time.Advance(TimeSpan.FromSeconds(1));
        await MarkAsync(MarkKind.Finish, WebSoInboxState.Handled, handler: "mail");
        await AppendAsync(2, "dead");
        await MarkAsync(MarkKind.Retry, error: "archive: TimeoutException: It took too long.");
        time.Advance(TimeSpan.FromSeconds(4));
        await MarkAsync(MarkKind.Finish, WebSoInboxState.DeadLetter, Chain);

        // 3: a dead letter that holds its document; 4: waits behind it; 5: a dead letter that was replayed and handled.
        await AppendAsync(3, "held");
        await MarkAsync(MarkKind.Finish, WebSoInboxState.DeadLetter, "archive: WebSoEventRejectedException: Unknown customer", holds: true);
        await AppendAsync(4, "held");
        await AppendAsync(5, "replayed");
        await MarkAsync(MarkKind.Finish, WebSoInboxState.DeadLetter, Chain);
        time.Advance(TimeSpan.FromMinutes(1));
        var inbox = new EngineInbox(engine, null, static _ => null);
        await inbox.ReplayAsync(new WebSoInboxFilter { DeliveryId = Id(5) }, Canceled);
        await MarkAsync(MarkKind.Finish, WebSoInboxState.Handled, handler: "archive");

        // 6: unhandled; 7: malformed; 8: retried; 9: pending at another endpoint.
        await AppendAsync(6, "unhandled", WebSoInboxState.Unhandled);
        await AppendAsync(7, "", WebSoInboxState.Malformed, "The body is not JSON.");
        await AppendAsync(8, "retried");
        await MarkAsync(MarkKind.Retry, error: Chain);
        await AppendAsync(9, "pending", endpoint: "production");
        await inbox.PauseAsync(Canceled);

        Task AppendAsync(int number, string document, WebSoInboxState state = WebSoInboxState.Pending, string? error = null, string endpoint = "") => engine.AppendAsync(
            new NewDelivery
            {
                Context = new WebSoEventContext
                {
                    DeliveryId = Id(number),
                    ReceivedAt = time.GetUtcNow(),
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

        // Of the only one that is due.
        async Task MarkAsync(MarkKind kind, WebSoInboxState state = default, string? error = null, string? handler = null, bool holds = false)
        {
            var lease = held ?? (await engine.ClaimAsync("", 1, Canceled)).Leases.Single();
            held = kind == MarkKind.Renew ? lease : null;
            await engine.MarkAsync(
                new MarkOperation(lease, kind)
                {
                    State = state,
                    Error = error,
                    HoldsDocument = holds,
                    Delay = TimeSpan.FromSeconds(4),
                    Duration = TimeSpan.FromMilliseconds(45),
                    Handlers = handler is null ? [] : [new HandlerOutcome(handler, time.GetUtcNow(), TimeSpan.FromMilliseconds(5))],
                },
                Canceled);
        }
    }
}
