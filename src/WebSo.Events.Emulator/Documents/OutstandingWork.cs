namespace WebSo.Events.Emulator.Documents;

// Counts running deliveries and signals when there are none.
internal sealed class OutstandingWork
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _idle = Completed();
    private int _count;

    public Task Idle
    {
        get
        {
            lock (_lock)
                return _idle.Task;
        }
    }

    public void Begin()
    {
        lock (_lock)
        {
            if (_count++ == 0)
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void End()
    {
        lock (_lock)
        {
            if (--_count == 0)
                _idle.SetResult();
        }
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
