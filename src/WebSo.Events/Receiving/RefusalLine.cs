using System.Net;

namespace WebSo.Events;

// A throttled log line about calls of a stranger: the latest address and a detail.
internal sealed class RefusalLine(TimeProvider timeProvider, Action<long, IPAddress?, string> write)
{
    private readonly ThrottledLine<(IPAddress? From, string Detail)> _line = new(timeProvider, (count, latest) => write(count, latest.From, latest.Detail));

    public void Add(IPAddress? remoteAddress, string detail = "") => _line.Add((remoteAddress, detail));
}
