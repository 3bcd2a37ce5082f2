using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

// Has each kind of property for which a number or a boolean can be sent.
internal sealed record LenientEvent() : WebSoEvent("LENIENT")
{
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    [JsonPropertyName("render")]
    public RenderStatus Render { get; init; }

    [JsonPropertyName("count")]
    public int Count { get; init; }

    [JsonPropertyName("any")]
    public JsonElement Any { get; init; }

    [JsonPropertyName("own")]
    [JsonConverter(typeof(TokenTypeJsonConverter))]
    public string? Own { get; init; }
}
