namespace WebSo.Events;

// How many calls may be received at once.
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
