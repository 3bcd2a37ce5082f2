namespace WebSo.Events;

// What waits for the writer. Bounded for what comes from outside, in number and bytes.
internal sealed class WriteQueue
{
    private const int MaxCount = 8192;
    private const long MaxBytes = 64 * 1024 * 1024;

    // What only notes shares the next commit; where none comes, it is written after this time.
    private static readonly TimeSpan s_noteDelay = TimeSpan.FromMilliseconds(500);

    // Callers that shared a commit come back together, so from so many on a commit waits for company, at most for this time (on Windows a
    // tick of its clock, some 15 ms). For three quarters of those at work: while some are written, others are answered and call again.
    // Where the disk is what takes time, for all: there each commit counts. What comes alone does not wait.
    private const int SmallestCompany = 4;

    // Where they do not come back, as calls do not that are of many servers: after each wait in which less than half of those came, twice
    // as many commits are made without one, up to so many.
    private const int MostAlone = 255;

    private static readonly TimeSpan s_companyDelay = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_slowCommit = TimeSpan.FromMilliseconds(2);

    private readonly object _gate = new();
    private List<WriteOperation> _waiting = [];
    private List<WriteOperation> _taken = [];
    private long _bytes;
    private int _awaited;
    private int _written;
    private int _atWork;
    private int _company;
    private int _goal = 1;
    private int _aloneAfter;
    private int _commitsAlone;
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
            _atWork = Math.Max(_atWork, _written + ++_awaited);
            if (_awaited == _goal)
                Monitor.Pulse(_gate);
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
            if (_isIdle)
            {
                _isIdle = false;
                Monitor.Pulse(_gate);
            }
        }
    }

    // Who waited for what was taken comes back from now on.
    public void NoteWritten()
    {
        lock (_gate)
            _written = 0;
    }

    public void DropNotes()
    {
        lock (_gate)
            _waiting.RemoveAll(operation => operation is AnsweredOperation);
    }

    // Waits for something to write, and takes all. Null: closed, and nothing is left. The list is valid until the next call.
    public List<WriteOperation>? TakeAll(TimeSpan lastCommit)
    {
        lock (_gate)
        {
            while (_awaited == 0 && !_isClosed)
            {
                // After a write its notes follow: they need not wake this thread.
                if (_isIdle)
                    Monitor.Wait(_gate);
                else if (!Monitor.Wait(_gate, s_noteDelay) && !(_isIdle = _waiting.Count == 0))
                    break;
            }

            if (_waiting.Count == 0)
                return null;

            _isIdle = false;
            WaitForCompany(isForAll: lastCommit >= s_slowCommit);
            _taken.Clear();
            (_taken, _waiting) = (_waiting, _taken);
            _bytes = 0;
            _written = _awaited;
            _awaited = 0;
            return _taken;
        }
    }

    // Within the gate. Those at work are as many as were seen at once since the last commit, or of late.
    private void WaitForCompany(bool isForAll)
    {
        _company = Math.Max(_atWork, (_company + _atWork) / 2);
        _atWork = 0;
        var goal = isForAll ? _company : ((3 * _company) + 3) / 4;
        if (_company < SmallestCompany || _awaited == 0 || _awaited >= goal || _isClosed || _commitsAlone-- > 0)
            return;

        var missing = goal - _awaited;
        _goal = goal;
        Monitor.Wait(_gate, s_companyDelay);
        _goal = 1;
        _aloneAfter = 2 * (goal - _awaited) <= missing ? 0 : Math.Min(MostAlone, (2 * _aloneAfter) + 1);
        _commitsAlone = _aloneAfter;
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
