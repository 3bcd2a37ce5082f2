using System.Text.Json.Serialization;

namespace SerializationBenchmark;

internal sealed record PlainRenderReturn(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("document_id")] string DocumentId);
