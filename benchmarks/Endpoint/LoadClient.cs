using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EndpointBenchmark;

// Keep-alive connections over raw sockets with one call after another on each. Runs in a separate process. Each input line is a URL and a
// duration in ms. Each output line is the number of calls that were answered with 200 in that time.
internal static class LoadClient
{
    private const string Body = """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""";

    public static async Task RunAsync(int connections)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ');
            var (url, end) = (new Uri(parts[0]), Environment.TickCount64 + int.Parse(parts[1], CultureInfo.InvariantCulture));
            var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => CallAsync(url, end))));
            await Console.Out.WriteLineAsync(counts.Sum().ToString(CultureInfo.InvariantCulture));
        }
    }

    private static async Task<int> CallAsync(Uri url, long end)
    {
        var call = Encoding.ASCII.GetBytes($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        var buffer = new byte[1024];
        var count = 0;
        while (Environment.TickCount64 < end)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            var keep = true;
            while (keep && Environment.TickCount64 < end)
            {
                await socket.SendAsync(call);
                var length = await ReadHeadAsync(socket, buffer);
                if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
                    throw new InvalidOperationException($"Answered: {Encoding.ASCII.GetString(buffer, 0, length)}");
                count++;

                // HttpListener closes each connection after 100 calls.
                keep = buffer.AsSpan(0, length).IndexOf("Connection: close"u8) < 0;
            }
        }

        return count;
    }

    private static async Task<int> ReadHeadAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            length += read;
            if (read == 0 || buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                return length;
        }
    }
}
