using System.Text.Json.Serialization;

namespace SerializerBenchmarks;

internal sealed record PlainRenderReturn(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("document_id")] string DocumentId);
