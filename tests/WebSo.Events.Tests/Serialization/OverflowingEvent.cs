using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

// Has a JsonExtensionData property.
internal sealed record OverflowingEvent() : WebSoEvent("OVERFLOWING")
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Rest { get; set; }
}
