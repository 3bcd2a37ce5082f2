using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboxBenchmark;

// One keep-alive connection. Each call sends a new event.
internal sealed class Caller : IDisposable
{
    private const int Digits = 12;
    private const string OneDocument = "000000000001";

    private static long s_last = DateTime.UtcNow.Ticks / TimeSpan.TicksPerMillisecond % 100_000_000 * 10_000;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[512];
    private readonly byte[] _call;
    private readonly List<int> _places = [];

    // The bytes of the call, and the position of the event number in them.
    private Caller(Uri url, bool isOneDocument)
    {
        var number = new string('#', Digits);
        var document = isOneDocument ? OneDocument : number;
        var body = $$"""{"field_id":"{{number}}","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"{{document}}","user_id":"1"}""";
        var text = $"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        _call = Encoding.ASCII.GetBytes(text);
        for (var place = text.IndexOf(number, StringComparison.Ordinal); place >= 0; place = text.IndexOf(number, place + Digits, StringComparison.Ordinal))
            _places.Add(place);
    }

    public static async Task<Caller> ConnectAsync(Uri url, bool isOneDocument)
    {
        var caller = new Caller(url, isOneDocument);
        await caller._socket.ConnectAsync(IPAddress.Loopback, url.Port);
        return caller;
    }

    public async ValueTask CallAsync()
    {
        var number = Interlocked.Increment(ref s_last);
        foreach (var place in _places)
            number.TryFormat(_call.AsSpan(place, Digits), out _, "D12", CultureInfo.InvariantCulture);
        await _socket.SendAsync(_call);

        var length = 0;
        do
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(length));
            length += read;
            if (read == 0)
                throw new InvalidOperationException("The receiver closed the connection.");
        }
        while (!_answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8));

        if (!_answer.AsSpan(0, length).StartsWith("HTTP/1.1 200 "u8))
            throw new InvalidOperationException($"Answered: {Encoding.ASCII.GetString(_answer, 0, length)}");
    }

    public void Dispose() => _socket.Dispose();
}
