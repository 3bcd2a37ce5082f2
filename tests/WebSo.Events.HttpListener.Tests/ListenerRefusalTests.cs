using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events;

// Unknown and broken clients take no slots, leave no sockets, and do not flood the log.
public sealed class ListenerRefusalTests : IAsyncDisposable
{
    private readonly TestLog _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<ListenerHost> _hosts = [];

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        _client.Dispose();
        _log.VerifyNoUnexpectedErrors();
    }

    [Fact]
    public async Task Post_SlowBodiesWithoutCredentials_TakeNoSlot()
    {
        var host = Start(RequireKey, options => options.MaxConcurrentRequests = 1);
        var strangers = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 50; i++)
            {
                var stranger = await RawConnection.OpenAsync(host.Url);
                strangers.Add(stranger);
                await stranger.SendAsync(RawConnection.Head(host.Url, "Content-Length: 100\r\n") + "{");
                (await stranger.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 401");
            }

            using var answer = await PostAsync(host.Url);

            answer.StatusCode.Should().Be(HttpStatusCode.OK);
        }
        finally
        {
            foreach (var stranger in strangers)
                await stranger.DisposeAsync();
        }
    }

    [Fact]
    public async Task Post_NoSlotLeft_ChecksCredentialsFirst()
    {
        var (started, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var host = Start(builder =>
        {
            RequireKey(builder);
            builder.AddHandler<WebSoEvent>("waits", async (_, _, _) =>
            {
                started.TrySetResult();
                await goOn.Task;
            });
        }, options => options.MaxConcurrentRequests = 1);
        var slow = StatusAsync(host.Url);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Canceled);
        (await StatusAsync(host.Url)).Should().Be(HttpStatusCode.ServiceUnavailable);

        await using var stranger = await RawConnection.OpenAsync(host.Url);
        await stranger.SendAsync(RawConnection.Head(host.Url, "Content-Length: 100\r\n") + "{");

        (await stranger.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 401");
        goOn.SetResult();
        (await slow).Should().Be(HttpStatusCode.OK);
        _log.Messages("TooManyRequests").Should().ContainSingle().Which.Should().Contain("127.0.0.1");
    }

    [Fact]
    public async Task Post_ClientResetsDuringHandler_ClosesSocket()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux lists the sockets of a process in /proc");
        var (started, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var host = Start(builder => builder.AddHandler<WebSoEvent>("waits", async (_, _, _) =>
        {
            started.SetResult();
            await goOn.Task;
        }));
        using var client = new TcpClient();
        await client.ConnectAsync(host.Url.Host, host.Url.Port, Canceled);
        var call = RawConnection.Head(host.Url, $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange;
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(call), Canceled);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Canceled);
        var socket = ServerSocket.Find(host.Url.Port, ((IPEndPoint)client.Client.LocalEndPoint!).Port)!;

        client.Client.Close(0);
        goOn.SetResult();

        await socket.WaitUntilClosedAsync(Canceled);
    }

    [Fact]
    public async Task Post_UnexpectedFailures_AreLoggedOncePerMinuteWithCount()
    {
        _log.ExpectError("ReceiveFailed");
        var host = Start(builder => builder.Services.AddKeyedSingleton<IEventSink>(
            builder.Name, new RecordingSink(_ => throw new InvalidDataException("the sink is broken"))));

        for (var i = 0; i < 20; i++)
            (await StatusAsync(host.Url)).Should().Be(HttpStatusCode.InternalServerError);
        _log.Messages("ReceiveFailed").Should().ContainSingle();
        _time.Advance(TimeSpan.FromMinutes(1));
        using var get = await _client.GetAsync(host.Url, Canceled);
        await host.StopAsync();

        _log.Entries.Where(entry => entry.EventName == "ReceiveFailed").Should().HaveCount(2)
            .And.OnlyContain(entry => entry.Exception is InvalidDataException);
        _log.Messages("ReceiveFailed")[^1].Should().Contain("since the last message of this kind: 19)");
    }

    [Fact]
    public async Task Post_ResponsesLost_AreLoggedOncePerMinuteWithCount()
    {
        var host = Start(_ => { });

        // HttpListener itself answers 411 and still hands out the call.
        for (var i = 0; i < 20; i++)
        {
            await using var bad = await RawConnection.OpenAsync(host.Url);
            await bad.SendAsync(RawConnection.Head(host.Url, ""));
            (await bad.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 411");
        }

        (await StatusAsync(host.Url)).Should().Be(HttpStatusCode.OK);
        await _log.WaitForAsync("AnswerLost", Canceled);
        _log.Messages("AnswerLost").Should().ContainSingle().Which.Should().Contain("since the last message of this kind: 1,");

        // A client gets the 411 before HttpListener hands out the call, and the test can't observe when that happens. On a busy machine, the last
        // calls are counted in a later minute.
        var minutes = 0;
        for (; CountedOf("AnswerLost") < 20; minutes++)
        {
            await Task.Delay(10, Canceled);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        CountedOf("AnswerLost").Should().Be(20);
        _log.Entries.Where(entry => entry.EventName == "AnswerLost").Should().HaveCountLessThanOrEqualTo(1 + minutes).And.OnlyContain(entry => entry.Exception == null);
    }

    [Fact]
    public async Task Accept_LoggerThrows_Continues()
    {
        var host = Start(builder => builder.Services.AddLogging(logging => logging.AddProvider(new ThrowingLog("Log"))));

        // Each call makes the listener log a message. There are more calls than pending accepts.
        for (var i = 0; i < 10; i++)
        {
            await using var bad = await RawConnection.OpenAsync(host.Url);
            await bad.SendAsync(RawConnection.Head(host.Url, ""));
            (await bad.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 411");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        (await StatusAsync(host.Url)).Should().Be(HttpStatusCode.OK);
        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), Canceled);
    }

    // The clock of these tests is frozen. The close uses the system clock.
    [Theory]
    [InlineData("Content-Length: 2\r\n", "{}")]
    [InlineData("Content-Length: 100\r\n", "{")]
    [InlineData("Transfer-Encoding: chunked\r\n", "64\r\n{")]
    public async Task Post_RefusedBodyNotRead_AnnouncesAndClosesConnection(string header, string body)
    {
        var host = Start(RequireKey);
        await using var connection = await RawConnection.OpenAsync(host.Url);

        await connection.SendAsync(RawConnection.Head(host.Url, header) + body);

        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 401").And.Contain("Connection: close");
        (await connection.ReadToEndAsync(Canceled).WaitAsync(TimeSpan.FromSeconds(30), Canceled)).Should().BeEmpty();
    }

    // Each message contains the number of its calls.
    private int CountedOf(string eventName) => _log.Messages(eventName)
        .Sum(message => int.Parse(message.Split("since the last message of this kind: ")[1].Split(',', ')')[0], System.Globalization.CultureInfo.InvariantCulture));

    private static void RequireKey(IWebSoEventsBuilder builder) =>
        builder.Services.Configure<WebSoEventsOptions>(options => options.RequireHeader("X-Key", "a-long-enough-secret"));

    private ListenerHost Start(Action<IWebSoEventsBuilder> configure, Action<WebSoListenerOptions>? options = null)
    {
        var host = ListenerHost.Start(_log, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            configure(builder);
        }, options);
        _hosts.Add(host);
        return host;
    }

    private async Task<HttpStatusCode> StatusAsync(Uri url)
    {
        using var answer = await PostAsync(url);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> PostAsync(Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)),
            Headers = { { "X-Key", "a-long-enough-secret" } },
        };
        return await _client.SendAsync(request, Canceled);
    }
}
