using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

// A custom event type of an application.
internal sealed record EnvelopeFinishedEvent() : WebSoEvent("ENVELOPE_FINISHED")
{
    [JsonPropertyName("envelope_id")]
    public required string EnvelopeId { get; init; }

    [JsonPropertyName("documents")]
    public required int Documents { get; init; }

    [JsonPropertyName("counts")]
    public Dictionary<string, int>? Counts { get; init; }
}
