namespace WebSo.Events;

// How many malformed bodies are kept, and their bytes. Counted anew only where they may have changed otherwise: a stranger who sends
// one after the other must not keep the writer counting.
internal sealed class MalformedCount
{
    private long _count;
    private long _bytes;
    private long? _dataVersion;

    public (long Count, long Bytes) Read(WriteSession session)
    {
        if (session.DataVersion != _dataVersion)
        {
            var kept = session.Sql("SELECT count(*), coalesce(sum(body_length), 0) FROM deliveries WHERE state = 6");
            kept.Step();
            (_count, _bytes) = (kept.Int64(0), kept.Int64(1));
            kept.Reset();
            _dataVersion = session.DataVersion;
        }

        return (_count, _bytes);
    }

    public void Add(int bytes)
    {
        _count++;
        _bytes += bytes;
    }

    // Some may have gone, or what was added was taken back.
    public void Forget() => _dataVersion = null;
}
