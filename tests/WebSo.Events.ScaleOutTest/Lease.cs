namespace WebSo.Events.ScaleOutTest;

internal static class Lease
{
    // Short, so that much happens in little time. An instance renews at a third, and cancels its handlers at two thirds.
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    // So long an instance must have stood still to be excused: it may have been about to renew, or about to cancel its handlers.
    public static readonly TimeSpan Third = Duration / 3;
}
