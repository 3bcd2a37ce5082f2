using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace ListenerLoad;

// Kept-alive connections over raw sockets, one call after the other on each: the client must cost less than what it measures.
internal static class LoadClient
{
    private const string Body = """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""";

    // Calls per second, and calls per second of processor time: what else the machine does spoils the first and hardly the second.
    public static async Task<(double PerSecond, double PerProcessorSecond)> MeasureAsync(Uri url, int connections, TimeSpan time)
    {
        var call = Encoding.ASCII.GetBytes($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        using var process = Process.GetCurrentProcess();
        var processorTime = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => RunAsync(url, call, watch, time))));
        var elapsed = watch.Elapsed;
        process.Refresh();
        return (counts.Sum() / elapsed.TotalSeconds, counts.Sum() / (process.TotalProcessorTime - processorTime).TotalSeconds);
    }

    private static async Task<int> RunAsync(Uri url, byte[] call, Stopwatch watch, TimeSpan time)
    {
        var count = 0;
        var buffer = new byte[1024];
        while (watch.Elapsed < time)
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(url.Host, url.Port);
            var stream = client.GetStream();
            var keep = true;
            while (keep && watch.Elapsed < time)
            {
                await stream.WriteAsync(call);
                var answer = await ReadHeadAsync(stream, buffer);
                if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                    throw new InvalidOperationException($"Answered: {answer}");
                count++;

                // HttpListener closes each connection after 100 calls.
                keep = !answer.Contains("Connection: close", StringComparison.OrdinalIgnoreCase);
            }
        }

        return count;
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length));
            length += read;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            if (read == 0 || text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                return text;
        }
    }
}
