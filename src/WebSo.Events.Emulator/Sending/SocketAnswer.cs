namespace WebSo.Events;

internal sealed record SocketAnswer(int Status, string? Location, bool IsReusable);
