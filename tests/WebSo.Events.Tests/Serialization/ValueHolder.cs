namespace WebSo.Events.Tests;

internal sealed record ValueHolder(SignatureRequestStatus Status, FieldStatus? Field, RenderStatus Render);
