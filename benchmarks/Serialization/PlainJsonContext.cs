using System.Text.Json.Serialization;

namespace SerializationBenchmark;

[JsonSerializable(typeof(PlainStatusChange))]
[JsonSerializable(typeof(PlainUserFinish))]
[JsonSerializable(typeof(PlainFieldSigned))]
[JsonSerializable(typeof(PlainRenderReturn))]
[JsonSerializable(typeof(PlainUnknown))]
internal sealed partial class PlainJsonContext : JsonSerializerContext;
