namespace WebSo.Events.Inbox.Handling;

// Calculates how many deliveries may wait in memory for a slot: about as many as are handled in 100 ms. With slow handlers the number is 0,
// so that other processes can claim the deliveries.
internal sealed class PrefetchLimit(TimeProvider timeProvider)
{
    private const int Most = 512;

    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(100);

    private long _begin = timeProvider.GetTimestamp();
    private int _count;
    private int _value;

    public int Value => Volatile.Read(ref _value);

    // Call while holding the lock of the worker.
    public void RecordHandled()
    {
        _count++;
        var elapsed = timeProvider.GetElapsedTime(_begin);
        if (elapsed < s_window)
            return;

        _value = (int)Math.Min(Most, _count * s_window.TotalSeconds / elapsed.TotalSeconds);
        (_count, _begin) = (0, timeProvider.GetTimestamp());
    }
}
