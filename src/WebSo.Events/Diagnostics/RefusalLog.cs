using System.Net;

namespace WebSo.Events.Diagnostics;

// A throttled log line about refused calls, with the latest remote address and a detail.
internal sealed class RefusalLog(TimeProvider timeProvider, Action<long, IPAddress?, string> write)
{
    private readonly ThrottledLine<(IPAddress? From, string Detail)> _line = new(timeProvider, (count, latest) => write(count, latest.From, latest.Detail));

    public void Add(IPAddress? remoteAddress, string detail = "") => _line.Add((remoteAddress, detail));
}
