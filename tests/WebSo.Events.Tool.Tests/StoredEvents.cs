using System.Text;
using Xunit;

namespace WebSo.Events;

// What the commands find in an inbox.
internal static class StoredEvents
{
    public static string Body(string document) => $$"""{"event":"RENDER_RETURN","status":"success","document_id":"{{document}}"}""";

    public static async Task AppendAsync(IWebSoInboxStore store, Guid id, string document) => await store.AppendAsync(
        new WebSoInboxAppend
        {
            Context = new WebSoEventContext
            {
                DeliveryId = id,
                ReceivedAt = DateTimeOffset.UtcNow,
                EndpointName = "",
                RequestPath = "/webso/events",
                QueryString = "",
                Body = Encoding.UTF8.GetBytes(Body(document)),
            },
            EventName = WebSoEventNames.RenderReturn,
            DocumentId = document,
            State = WebSoInboxState.Pending,
        },
        TestContext.Current.CancellationToken);
}
