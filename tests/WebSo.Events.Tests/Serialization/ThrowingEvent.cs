using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

internal sealed record ThrowingEvent() : WebSoEvent("THROWING")
{
    [JsonPropertyName("value")]
    [JsonConverter(typeof(ThrowingJsonConverter))]
    public string? Value { get; init; }
}
