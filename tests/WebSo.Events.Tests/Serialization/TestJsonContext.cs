using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

[JsonSerializable(typeof(SignatureRequestStatus))]
[JsonSerializable(typeof(FieldStatus))]
[JsonSerializable(typeof(RenderStatus))]
[JsonSerializable(typeof(ValueHolder))]
[JsonSerializable(typeof(EnvelopeFinishedEvent))]
[JsonSerializable(typeof(OverflowingEvent))]
[JsonSerializable(typeof(ThrowingEvent))]
[JsonSerializable(typeof(LenientEvent))]
internal sealed partial class TestJsonContext : JsonSerializerContext;
