using System.Text.Json.Serialization;

namespace WebSo.Events;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class RouteValuesJson : JsonSerializerContext;
