using System.Text.Json.Serialization;

namespace SerializationBenchmark;

internal sealed record PlainFieldSigned(
    [property: JsonPropertyName("field_id")] string FieldId,
    [property: JsonPropertyName("field_status")] string FieldStatus,
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("document_id")] string DocumentId,
    [property: JsonPropertyName("user_id")] string UserId);
