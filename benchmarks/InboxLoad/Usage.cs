namespace InboxLoad;

// What a receiver has used since its start.
internal readonly record struct Usage(long ProcessorMicroseconds, long AllocatedBytes, long Commits)
{
    public static Usage operator -(Usage left, Usage right) => new(
        left.ProcessorMicroseconds - right.ProcessorMicroseconds,
        left.AllocatedBytes - right.AllocatedBytes,
        left.Commits - right.Commits);
}
