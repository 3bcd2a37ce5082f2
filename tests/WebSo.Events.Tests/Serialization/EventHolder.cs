namespace WebSo.Events.Tests;

internal sealed record EventHolder(WebSoEvent? Any, StatusChangeEvent? Status, RenderStatus Render);
