namespace WebSo.Events.Inbox.Engine;

// The operations that wait for the writer. Operations of external callers are bounded in number and bytes.
internal sealed class WriteQueue
{
    private const int MaxCount = 8192;
    private const long MaxBytes = 64 * 1024 * 1024;

    // The delay after which operations that are not urgent are written, if no urgent one arrives to share its commit.
    private static readonly TimeSpan s_maxDelay = TimeSpan.FromMilliseconds(10);

    private readonly object _gate = new();
    private List<WriteOperation> _waiting = [];
    private List<WriteOperation> _taken = [];
    private long _bytes;
    private bool _isUrgent;
    private bool _isIdle;
    private bool _isClosed;

    public bool TryAdd(WriteOperation operation, bool isBounded)
    {
        lock (_gate)
        {
            if (_isClosed || (isBounded && (_waiting.Count >= MaxCount || _bytes + operation.Bytes > MaxBytes)))
                return false;

            _waiting.Add(operation);
            _bytes += operation.Bytes;
            var wasUrgent = _isUrgent;
            _isUrgent |= operation.IsUrgent;
            if (_isIdle || (_isUrgent && !wasUrgent))
                Monitor.Pulse(_gate);
            return true;
        }
    }

    // Waits for operations and takes all of them. Returns null if the queue is closed and empty. The list is valid until the next call.
    public List<WriteOperation>? TakeAll()
    {
        lock (_gate)
        {
            // Deliveries that the previous batch handed over complete soon, so their results do not need to wake the writer.
            var mayFollow = true;
            while (!_isUrgent && !_isClosed)
            {
                _isIdle = !mayFollow && _waiting.Count == 0;
                if (_isIdle)
                    Monitor.Wait(_gate);
                else if (!Monitor.Wait(_gate, s_maxDelay) && _waiting.Count > 0)
                    break;
                else
                    mayFollow = false;
            }

            if (_waiting.Count == 0 && _isClosed)
                return null;

            _isIdle = _isUrgent = false;
            _bytes = 0;
            _taken.Clear();
            (_taken, _waiting) = (_waiting, _taken);
            return _taken;
        }
    }

    // Removes operations whose callers have left, so that they do not accumulate while the database can't be written.
    public void RemoveCanceled()
    {
        lock (_gate)
        {
            foreach (var operation in _waiting)
                _bytes -= operation.IsCanceled ? operation.Bytes : 0;
            _waiting.RemoveAll(static operation => operation.IsCanceled);
            _isUrgent = _waiting.Exists(static operation => operation.IsUrgent);
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
