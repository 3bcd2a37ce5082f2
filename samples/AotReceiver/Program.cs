using System.Text.Json.Serialization;
using WebSo.Events;

// Compiled ahead of time: a native program without reflection that starts in milliseconds.
var builder = WebApplication.CreateSlimBuilder(args);

// Only this machine can call. Use the address of the server, or require a header that it sends.
builder.Services.AddWebSoEvents(options =>
    {
        options.AllowedNetworks.Add("127.0.0.1");
        options.AllowedNetworks.Add("::1");
    })
    .AddEventType("ENVELOPE_FINISHED", EventJson.Default.EnvelopeFinishedEvent)
    .AddHandler<EnvelopeFinishedEvent, Archive>()
    .AddHandler<WebSoEvent>("print", (e, _, _) =>
    {
        Console.WriteLine($"{e.EventName} document {e.DocumentId}: {e.GetType().Name}");
        return ValueTask.CompletedTask;
    });

var app = builder.Build();
app.MapWebSoEvents();
app.Run();

/// <summary>An event that is not documented.</summary>
internal sealed record EnvelopeFinishedEvent() : WebSoEvent("ENVELOPE_FINISHED")
{
    [JsonPropertyName("envelope_id")]
    public string EnvelopeId { get; init; } = "";
}

[JsonSerializable(typeof(EnvelopeFinishedEvent))]
internal sealed partial class EventJson : JsonSerializerContext;

internal sealed class Archive(ILogger<Archive> logger) : IWebSoEventHandler<EnvelopeFinishedEvent>
{
    public ValueTask HandleAsync(EnvelopeFinishedEvent e, WebSoEventContext context, CancellationToken cancellationToken)
    {
        logger.LogInformation("Envelope {EnvelopeId}, delivery {DeliveryId}", e.EnvelopeId, context.DeliveryId);
        return ValueTask.CompletedTask;
    }
}
