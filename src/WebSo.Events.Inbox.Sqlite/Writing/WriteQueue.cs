namespace WebSo.Events;

// What waits for the writer. Bounded for what comes from outside, in number and bytes.
internal sealed class WriteQueue
{
    private const int MaxCount = 8192;
    private const long MaxBytes = 64 * 1024 * 1024;

    // What only notes shares the next commit; where none comes, it is written after this time.
    private static readonly TimeSpan s_noteDelay = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private List<WriteOperation> _waiting = [];
    private List<WriteOperation> _taken = [];
    private long _bytes;
    private bool _isUrgent;
    private bool _isClosed;

    public bool TryAdd(WriteOperation operation, bool isBounded)
    {
        lock (_gate)
        {
            if (_isClosed || (isBounded && (_waiting.Count >= MaxCount || _bytes + operation.Bytes > MaxBytes)))
                return false;

            _waiting.Add(operation);
            _bytes += operation.Bytes;
            if (!_isUrgent)
            {
                _isUrgent = true;
                Monitor.Pulse(_gate);
            }

            return true;
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
                Monitor.Pulse(_gate);
        }
    }

    public void DropNotes()
    {
        lock (_gate)
            _waiting.RemoveAll(operation => operation is AnsweredOperation);
    }

    // Waits for something to write, and takes all. Null: closed, and nothing is left. The list is valid until the next call.
    public List<WriteOperation>? TakeAll()
    {
        lock (_gate)
        {
            while (!_isUrgent && !_isClosed)
            {
                if (_waiting.Count == 0)
                    Monitor.Wait(_gate);
                else if (!Monitor.Wait(_gate, s_noteDelay))
                    break;
            }

            if (_waiting.Count == 0)
                return null;

            _taken.Clear();
            (_taken, _waiting) = (_waiting, _taken);
            _isUrgent = false;
            _bytes = 0;
            return _taken;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
