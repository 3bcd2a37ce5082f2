using System.Net;

namespace WebSo.Events;

// A log line that a stranger can provoke: written at most once a minute, with the count since the last one.
internal sealed class RefusalLine(TimeProvider timeProvider, Action<long, IPAddress?, string> write)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private long _count;
    private IPAddress? _latest;
    private string _detail = "";
    private long? _written;

    // The detail of the latest one is written.
    public void Add(IPAddress? remoteAddress, string detail = "")
    {
        lock (_gate)
        {
            _count++;
            _latest = remoteAddress;
            _detail = detail;
        }

        WriteIfDue();
    }

    // Called with each call of whatever outcome, so that the last ones of an attack are told of as well.
    public void WriteIfDue()
    {
        if (Volatile.Read(ref _count) == 0)
            return;

        long count;
        IPAddress? latest;
        string detail;
        lock (_gate)
        {
            if (_count == 0 || (_written is { } written && timeProvider.GetElapsedTime(written) < s_pause))
                return;

            (count, latest, detail) = (_count, _latest, _detail);
            _count = 0;
            _written = timeProvider.GetTimestamp();
        }

        write(count, latest, detail);
    }
}
