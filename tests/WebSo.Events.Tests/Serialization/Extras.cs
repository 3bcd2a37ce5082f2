using System.Text.Json;

namespace WebSo.Events.Tests;

internal static class Extras
{
    public static ExtraPropertyDictionary Of(params (string Name, string Json)[] properties) =>
        new(properties.Select(property => KeyValuePair.Create(property.Name, JsonElement.Parse(property.Json))));
}
