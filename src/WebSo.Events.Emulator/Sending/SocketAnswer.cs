namespace WebSo.Events.Emulator.Sending;

internal sealed record SocketAnswer(int Status, string? Location, bool IsReusable)
{
    // Whether the connection was reset before the head was complete.
    public bool WasReset { get; init; }
}
