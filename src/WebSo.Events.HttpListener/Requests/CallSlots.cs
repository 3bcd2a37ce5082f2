namespace WebSo.Events.Listener.Requests;

// Limits the number of calls that are received at the same time.
internal sealed class CallSlots(int count)
{
    private int _taken;

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= count)
            return true;

        Release();
        return false;
    }

    public void Release() => Interlocked.Decrement(ref _taken);
}
