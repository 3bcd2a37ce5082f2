using System.Text.Json.Serialization;

namespace SerializationBenchmark;

internal sealed record PlainUserFinish(
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("document_id")] string DocumentId,
    [property: JsonPropertyName("fields_signed")] string FieldsSigned);
