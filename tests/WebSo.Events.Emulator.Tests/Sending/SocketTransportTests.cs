using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>Calls over the emulator's sockets to a scripted listener.</summary>
public sealed class SocketTransportTests : IDisposable
{
    private static readonly byte[] s_ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SocketTransportTests() => _listener.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    // Each case was verified with HttpURLConnection of Java 17.
    [Theory]
    [InlineData("/{id}|x", "/{id}|x")]
    [InlineData("/a\\b", "/a\\b")]
    [InlineData("/a/../b/./c/..", "/a/../b/./c/..")]
    [InlineData("/a/%2e%2e/b//c", "/a/%2e%2e/b//c")]
    [InlineData("/a%b?%", "/a%b?%")]
    [InlineData("/%7e~/%41?x=%41&y={z}../a", "/%7e~/%41?x=%41&y={z}../a")]
    [InlineData("/x?q#frag?ment/", "/x?q")]
    [InlineData("?q=1", "/?q=1")]
    [InlineData("#x", "/")]
    [InlineData("", "/")]
    public async Task Send_Url_IsCalledUnchanged(string given, string called)
    {
        var authority = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        using var sender = new WebSoEventSender(WebSoServerConfiguration.Parse(""), new() { Url = $"http://{authority}{given}" });
        var sending = sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        using var connection = await AcceptAsync();

        (await ReadCallAsync(connection)).Split('\r')[0].Should().Be($"POST {called} HTTP/1.1");

        await connection.GetStream().WriteAsync(s_ok, Token);
        (await sending).IsDelivered.Should().BeTrue();
    }

    // A test server splits the URL, which .NET refuses for a URL that it must not normalize.
    [Fact]
    public async Task Send_HandlerReadsUrl_Succeeds()
    {
        using var handler = new PathReader();
        using var sender = new WebSoEventSender(WebSoServerConfiguration.Parse(""), new() { Url = "http://localhost/a/../b?q=1", Handler = handler });

        (await sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token)).IsDelivered.Should().BeTrue();

        handler.Path.Should().Be("b");
    }

    [Fact]
    public async Task Send_KeepAliveConnectionReset_RepeatsCallImmediately()
    {
        using var sender = CreateSender("");
        var first = sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        using (var connection = await AcceptAsync())
        {
            await ReadCallAsync(connection);
            await connection.GetStream().WriteAsync(s_ok, Token);
            await first;

            // Resets instead of closes the connection, so that the next write fails.
            connection.Client.Close(0);
        }

        var second = sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        using var anew = await AcceptAsync();
        await ReadCallAsync(anew);
        await anew.GetStream().WriteAsync(s_ok, Token);

        (await second).Attempts.Should().ContainSingle().Which.IsSuccess.Should().BeTrue("the sender itself did not notice");
    }

    // The response ends a call in progress, and its connection could be kept.
    [Fact]
    public async Task Dispose_BeforeResponse_ClosesReturnedConnection()
    {
        var transport = new SocketTransport(null, [], TimeSpan.Zero, TimeProvider.System);
        var sending = transport.SendAsync(new Uri($"http://{_listener.LocalEndpoint}/x"), "{}"u8.ToArray(), WebSoFaults.None, Token);
        using var connection = await AcceptAsync();
        await ReadCallAsync(connection);

        transport.Dispose();
        await connection.GetStream().WriteAsync(s_ok, Token);

        (await sending).Status.Should().Be(200);
        (await connection.GetStream().ReadAsync(new byte[1], Token).AsTask().WaitAsync(Deadline.Time, Token)).Should().Be(0, "it is closed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_NewConnectionEndsWithoutResponse_RepeatsCallOnce(bool isReset)
    {
        using var sender = CreateSender("");
        var sending = sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        for (var i = 0; i < 2; i++)
        {
            using var connection = await AcceptAsync();
            await ReadCallAsync(connection);
            if (isReset)
                connection.Client.Close(0);
        }

        (await sending).Attempts.Should().ContainSingle().Which.StatusCode.Should().BeNull();
        _listener.Pending().Should().BeFalse("Java gives up then");
    }

    // Each case was verified with HttpURLConnection of Java 17. Both calls get the same response. Null means no status.
    [Theory]
    [InlineData("HT", false, 2, null)]
    [InlineData("HT", true, 2, null)]
    [InlineData("HTTP/1.", false, 1, null)]
    [InlineData("HTTP/1.1 20", false, 1, 20)]
    [InlineData("HTTP/1.1 20", true, 2, null)]
    [InlineData("HTTP/1.1 200", false, 1, 200)]
    [InlineData("HTTP/1.1 200 OK\r\n", false, 1, 200)]
    [InlineData("HTTP/1.1 200 OK\r\n", true, 2, null)]
    [InlineData("HTTP/1.1 200 OK\r\nC", true, 2, 200)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", false, 1, 200)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", true, 2, 200)]
    [InlineData("HTTP/1.1 500 x\r\nContent-Le", true, 2, 500)]
    [InlineData("HTTP/1.1 302 x\r\nLocation: /login\r\nX: 1\r\n", true, 2, 302)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", true, 1, 200)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", false, 1, 200)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", true, 2, null)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 x\r\n\r\n", false, 1, 204)]
    [InlineData("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", false, 1, 103)]
    [InlineData("SSH-2.0-x", false, 1, null)]
    [InlineData("SSH-2.0-x\r\n", true, 1, null)]
    public async Task Response_EndsEarly_IsAcceptedOrRetriedAsInJava(string answer, bool isReset, int calls, int? status)
    {
        using var sender = CreateSender("");
        var sending = sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        for (var i = 0; i < calls; i++)
        {
            using var connection = await AcceptAsync();
            await ReadCallAsync(connection);
            await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer), Token);
            if (isReset)
                connection.Client.Close(0);
        }

        (await sending.WaitAsync(Deadline.Time, Token)).Attempts.Should().ContainSingle().Which.StatusCode.Should().Be(status);
        _listener.Pending().Should().BeFalse("the call is made no more often");
    }

    [Fact]
    public async Task Response_NotHttp_IsNotRetried()
    {
        using var sender = CreateSender("");
        var sending = sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        using var connection = await AcceptAsync();
        await ReadCallAsync(connection);

        await connection.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), Token);

        (await sending).Attempts.Should().ContainSingle().Which.Error.Should().Contain("not HTTP/1");
        _listener.Pending().Should().BeFalse();
    }

    [Fact]
    public async Task Send_ConfiguredHeaders_ReplaceBuiltInHeaders()
    {
        using var sender = CreateSender("\nwebso_events_keys=content-type,HOST\nwebso_events_values=application/json,example.com");
        var sending = sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        using var connection = await AcceptAsync();

        var head = await ReadCallAsync(connection);
        await connection.GetStream().WriteAsync(s_ok, Token);
        await sending;

        head.Split("\r\n").Where(line => line.StartsWith("content-type:", StringComparison.OrdinalIgnoreCase)).Should().Equal("content-type: application/json");
        head.Split("\r\n").Where(line => line.StartsWith("host:", StringComparison.OrdinalIgnoreCase)).Should().Equal($"Host: {_listener.LocalEndpoint}");
    }

    private WebSoEventSender CreateSender(string configuration) => new(
        WebSoServerConfiguration.Parse($"webso_events_url=http://{_listener.LocalEndpoint}/x\nwebso_events_retries=0\nwebso_events_retry=0{configuration}"));

    private Task<TcpClient> AcceptAsync() => _listener.AcceptTcpClientAsync(Token).AsTask().WaitAsync(Deadline.Time);

    private static async Task<string> ReadCallAsync(TcpClient connection)
    {
        var text = new StringBuilder();
        var buffer = new byte[1024];
        while (!text.ToString().EndsWith("\r\n\r\n{}", StringComparison.Ordinal))
        {
            var read = await connection.GetStream().ReadAsync(buffer, Token).AsTask().WaitAsync(Deadline.Time, Token);
            read.Should().BePositive("a whole call is expected, and this came: {0}", text);
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private sealed class PathReader : HttpMessageHandler
    {
        public string? Path { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Path = request.RequestUri!.GetComponents(UriComponents.Path, UriFormat.UriEscaped);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
