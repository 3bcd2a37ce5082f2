namespace WebSo.Events;

// What waits for the writer. Bounded for what comes from outside, in number and bytes.
internal sealed class WriteQueue : IDisposable
{
    private const int MaxCount = 8192;
    private const long MaxBytes = 64 * 1024 * 1024;

    // What only notes shares the next commit; where none comes, it is written after this time.
    private static readonly TimeSpan s_noteDelay = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly ITimer _noteTimer;
    private List<WriteOperation> _waiting = [];
    private TaskCompletionSource? _wakeUp;
    private long _bytes;
    private bool _isUrgent;
    private bool _isClosed;

    public WriteQueue(TimeProvider timeProvider) =>
        _noteTimer = timeProvider.CreateTimer(_ => Urge(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public bool TryAdd(WriteOperation operation, bool isBounded)
    {
        lock (_gate)
        {
            if (_isClosed || (isBounded && (_waiting.Count >= MaxCount || _bytes + operation.Bytes > MaxBytes)))
                return false;

            _waiting.Add(operation);
            _bytes += operation.Bytes;
            _isUrgent = true;
            _wakeUp?.TrySetResult();
            return true;
        }
    }

    // What was taken, and must be taken once more: before what came later.
    public void Return(IReadOnlyList<WriteOperation> operations)
    {
        if (operations.Count == 0)
            return;

        lock (_gate)
        {
            _waiting.InsertRange(0, operations);
            _bytes += operations.Sum(operation => (long)operation.Bytes);
            _isUrgent = true;
        }
    }

    public void AddNote(WriteOperation operation)
    {
        lock (_gate)
        {
            if (_isClosed || _waiting.Count >= MaxCount)
                return;

            _waiting.Add(operation);
            if (_waiting.Count == 1)
                _noteTimer.Change(s_noteDelay, Timeout.InfiniteTimeSpan);
        }
    }

    // Waits for something to write, and takes all. Null: closed, and nothing is left.
    public async Task<List<WriteOperation>?> TakeAllAsync()
    {
        while (true)
        {
            Task wakeUp;
            lock (_gate)
            {
                if (_isUrgent || _isClosed)
                    return Take();
                _wakeUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wakeUp = _wakeUp.Task;
            }

            await wakeUp.ConfigureAwait(false);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _wakeUp?.TrySetResult();
        }
    }

    public void Dispose() => _noteTimer.Dispose();

    private void Urge()
    {
        lock (_gate)
        {
            _isUrgent = true;
            _wakeUp?.TrySetResult();
        }
    }

    private List<WriteOperation>? Take()
    {
        _wakeUp = null;
        _isUrgent = false;
        _bytes = 0;
        if (_waiting.Count == 0)
            return _isClosed ? null : [];

        var taken = _waiting;
        _waiting = [];
        return taken;
    }
}
