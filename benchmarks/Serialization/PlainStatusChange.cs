using System.Text.Json.Serialization;

namespace SerializationBenchmark;

// The baseline: what one would write who knows beforehand which event comes, and takes every value for a string. No check of anything.
internal sealed record PlainStatusChange(
    [property: JsonPropertyName("from")] string From,
    [property: JsonPropertyName("to")] string To,
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("document_id")] string DocumentId);
