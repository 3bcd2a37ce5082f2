using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using WebSo.Events.Inbox.Sqlite;
using Xunit;

namespace WebSo.Events;

// Stores deliveries for the tests of the inbox commands.
internal static class StoredEvents
{
    public static string Body(string document) => $$"""{"event":"RENDER_RETURN","status":"success","document_id":"{{document}}"}""";

    public static async Task<InboxEngine> OpenAsync(string file, TimeProvider? timeProvider = null)
    {
        var engine = SqliteInbox.CreateEngine(file, new WebSoSqliteOptions { MinFreeSpace = 0 }, timeProvider ?? TimeProvider.System, NullLogger.Instance);
        await engine.OpenAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    // Moves the first due delivery.
    public static async Task MoveToDeadLetterAsync(InboxEngine engine, string error, bool holdsDocument = false)
    {
        var token = TestContext.Current.CancellationToken;
        var claim = await engine.ClaimAsync("", 1, token);
        await engine.UpdateLeaseAsync(new LeaseUpdate(claim.Leases.Single(), LeaseUpdateKind.Complete) { State = WebSoInboxState.DeadLetter, Error = error, HoldsDocument = holdsDocument }, token);
    }

    public static async Task AppendAsync(InboxEngine engine, Guid id, string document, string? body = null) => await engine.AppendAsync(
        new NewDelivery
        {
            Context = new WebSoEventContext
            {
                DeliveryId = id,
                ReceivedAt = DateTimeOffset.UtcNow,
                EndpointName = "",
                RequestPath = "/webso/events",
                QueryString = "",
                Body = Encoding.UTF8.GetBytes(body ?? Body(document)),
            },
            EventName = EventNames.RenderReturn,
            DocumentId = document,
            State = WebSoInboxState.Pending,
        },
        TestContext.Current.CancellationToken);
}
