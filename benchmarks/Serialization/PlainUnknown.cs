using System.Text.Json;
using System.Text.Json.Serialization;

namespace SerializationBenchmark;

internal sealed record PlainUnknown(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("document_id")] string DocumentId)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
