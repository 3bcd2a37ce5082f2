using System.Text.Json.Serialization;

namespace SerializationBenchmark;

// The baseline: a record for a known event with string values and without checks.
internal sealed record PlainStatusChange(
    [property: JsonPropertyName("from")] string From,
    [property: JsonPropertyName("to")] string To,
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("document_id")] string DocumentId);
