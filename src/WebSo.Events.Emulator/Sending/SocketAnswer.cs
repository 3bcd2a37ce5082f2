namespace WebSo.Events;

internal sealed record SocketAnswer(int Status, bool IsReusable);
