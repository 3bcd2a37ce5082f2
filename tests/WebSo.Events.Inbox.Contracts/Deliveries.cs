using System.Net;
using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>Makes deliveries, and takes the steps that most tests need.</summary>
public static class Deliveries
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan UnansweredWindow = TimeSpan.FromHours(24);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static byte[] Key(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, WebSoInboxAppend.RepeatKeyLength).ToArray();

    // Without a key it is never a repeat.
    public static WebSoInboxAppend Delivery(
        string document = "1",
        string? key = null,
        string endpoint = "",
        WebSoInboxState state = WebSoInboxState.Pending,
        string eventName = "USER_FINISH",
        string body = "{}",
        DateTimeOffset? receivedAt = null,
        WebSoTraceContext? trace = null) => new()
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
            RepeatKey = key is null ? default : Key(key),
            RepeatWindow = Window,
            UnansweredRepeatWindow = UnansweredWindow,
            MaxMalformedCount = 3,
            MaxMalformedBytes = 100,
            Trace = trace,
        };

    public static async Task<Guid> AppendAsync(this IWebSoInboxStore store, WebSoInboxAppend delivery)
    {
        var result = await store.AppendAsync(delivery, Token);
        result.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        return result.DeliveryId;
    }

    public static async Task<IReadOnlyList<WebSoInboxClaim>> ClaimAsync(this IWebSoInboxStore store, int maxCount = 100, string endpoint = "") =>
        (await store.ClaimAsync(endpoint, maxCount, Token)).Claims;

    public static async Task<WebSoInboxClaim> ClaimOneAsync(this IWebSoInboxStore store) =>
        (await store.ClaimAsync()).Should().ContainSingle().Subject;

    public static ValueTask<bool> HandledAsync(this IWebSoInboxStore store, WebSoInboxClaim claim) =>
        store.FinishAsync(claim, WebSoInboxState.Handled, null, Token);

    public static async Task<WebSoInboxEntry> EntryAsync(this IWebSoInbox inbox, Guid deliveryId) =>
        (await inbox.GetAsync(deliveryId, Token)).Should().NotBeNull().And.BeOfType<WebSoInboxDetails>().Subject.Entry;
}
