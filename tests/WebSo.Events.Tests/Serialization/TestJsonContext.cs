using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

[JsonSerializable(typeof(WebSoEvent))]
[JsonSerializable(typeof(StatusChangeEvent))]
[JsonSerializable(typeof(UserFinishEvent))]
[JsonSerializable(typeof(FieldSignedOrRejectedEvent))]
[JsonSerializable(typeof(RenderReturnEvent))]
[JsonSerializable(typeof(UnknownWebSoEvent))]
[JsonSerializable(typeof(SignatureRequestStatus))]
[JsonSerializable(typeof(FieldStatus))]
[JsonSerializable(typeof(RenderStatus))]
[JsonSerializable(typeof(EventHolder))]
[JsonSerializable(typeof(EnvelopeFinishedEvent))]
[JsonSerializable(typeof(OverflowingEvent))]
[JsonSerializable(typeof(ThrowingEvent))]
internal sealed partial class TestJsonContext : JsonSerializerContext;
