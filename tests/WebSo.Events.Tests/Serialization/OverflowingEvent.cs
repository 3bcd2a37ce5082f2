using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

// Keeps what it does not know itself, as a JsonExtensionData property does.
internal sealed record OverflowingEvent() : WebSoEvent("OVERFLOWING")
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Rest { get; set; }
}
