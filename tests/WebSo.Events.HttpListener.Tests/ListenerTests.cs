using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events;

// What is special to HttpListener.
public sealed class ListenerTests : IAsyncDisposable
{
    private readonly TestLog _log = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<ListenerHost> _hosts = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        foreach (var host in _hosts)
            await host.DisposeAsync();
        _client.Dispose();
        _log.VerifyNoUnexpectedErrors();
    }

    [Fact]
    public async Task Post_MoreThanMaxConcurrentRequests_Is503AndTheSlotComesBack()
    {
        var host = Start(Waiting, options => options.MaxConcurrentRequests = 1);
        var first = PostAsync(host.Url);
        await _started.Task.WaitAsync(Canceled);

        using var second = await PostAsync(host.Url);
        _goOn.SetResult();
        using var firstAnswer = await first;
        using var third = await PostAsync(host.Url);

        second.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        second.Headers.RetryAfter.Should().NotBeNull();
        firstAnswer.StatusCode.Should().Be(HttpStatusCode.OK);
        third.StatusCode.Should().Be(HttpStatusCode.OK);
        _log.Messages("TooManyRequests").Should().ContainSingle();
    }

    [Fact]
    public async Task Post_SlowBody_CostsOneSlotOnlyUntilItsTimeout()
    {
        var host = Start(
            builder => builder.Services.Configure<WebSoEventsOptions>(options => options.BodyTimeout = TimeSpan.FromMilliseconds(300)),
            options => options.MaxConcurrentRequests = 2);
        await using var slow = await RawConnection.OpenAsync(host.Url);
        await slow.SendAsync(RawConnection.Head(host.Url, "Content-Length: 100\r\n") + "{");

        using var during = await PostAsync(host.Url);
        var answer = await slow.ReadHeadAsync(Canceled);

        during.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Should().StartWith("HTTP/1.1 408");
    }

    [Fact]
    public async Task Post_TornBody_GetsNoAnswerAtAll()
    {
        var host = Start(Nothing);
        await using var torn = await RawConnection.OpenAsync(host.Url);
        await torn.SendAsync(RawConnection.Head(host.Url, "Content-Length: 100\r\n") + "{");

        torn.EndSending();

        (await torn.ReadHeadAsync(Canceled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Post_HandlersThatBlock_DoNotKeepOthersFromBeingAccepted()
    {
        using var goOn = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(6);
        var host = Start(builder => builder.AddHandler<StatusChangeEvent>("blocks", (_, _, token) =>
        {
            blocked.Signal();
            goOn.Wait(token);
            return default;
        }));
        var calls = Enumerable.Range(0, 6).Select(_ => PostAsync(host.Url)).ToList();
        var allAreIn = await Task.Run(() => blocked.Wait(TimeSpan.FromSeconds(20), Canceled), Canceled);
        goOn.Set();
        using var get = await _client.GetAsync(host.Url, Canceled);

        allAreIn.Should().BeTrue("there are more calls than pending accepts, and each handler blocks its thread");
        get.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        (await Task.WhenAll(calls)).Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Accept_CallsThatHttpListenerRefusesItself_DoNotEndTheLoop()
    {
        var host = Start(Nothing);

        // More than accepts are pending. Without a length the managed HttpListener answers, and hands out the spent context.
        for (var i = 0; i < 10; i++)
        {
            await using var bad = await RawConnection.OpenAsync(host.Url);
            await bad.SendAsync(RawConnection.Head(host.Url, ""));
            (await bad.ReadHeadAsync(Canceled)).Should().NotContain("200");
        }

        using var good = await PostAsync(host.Url);
        good.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Post_TooLarge_IsAnsweredAndStillReadSoThatTheConnectionIsNotReset()
    {
        var host = Start(Nothing);
        await using var connection = await RawConnection.OpenAsync(host.Url);
        await connection.SendAsync(RawConnection.Head(host.Url, "Content-Length: 200000\r\n"));

        var answer = await connection.ReadHeadAsync(Canceled);
        for (var i = 0; i < 20; i++)
            await connection.SendAsync(new string(' ', 10_000));

        answer.Should().StartWith("HTTP/1.1 413");
    }

    [Fact]
    public async Task Post_BelowThePrefix_IsReceivedWithItsPath()
    {
        var path = new TaskCompletionSource<string>();
        var host = Start(builder => builder.AddHandler<WebSoEvent>("path", (_, context, _) =>
        {
            path.SetResult(context.RequestPath);
            return default;
        }));

        using var answer = await PostAsync(new Uri(host.Url + "/order%204711"));

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await path.Task).Should().Be("/webso/events/order 4711");
    }

    [Fact]
    public async Task Stop_CallsUnderWay_AreCutAtTheDeadlineWithoutSuccess()
    {
        _log.ExpectError("HandlerFailed");
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = Start(
            builder => builder.AddHandler<WebSoEvent>("ignores", async (_, _, token) =>
            {
                using var registration = token.Register(canceled.SetResult);
                _started.SetResult();
                await _goOn.Task;
            }),
            options => options.DrainTimeout = TimeSpan.FromMilliseconds(100));
        await using var connection = await RawConnection.OpenAsync(host.Url);
        await connection.SendAsync(RawConnection.Head(host.Url, $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange);
        await _started.Task.WaitAsync(Canceled);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), Canceled);

        (await connection.ReadHeadAsync(Canceled)).Should().BeEmpty();
        canceled.Task.IsCompleted.Should().BeTrue();
        _log.Messages("CutOff").Should().ContainSingle();
    }

    [Fact]
    public async Task Stop_KeptAliveConnection_IsNeverToldSuccess()
    {
        var host = Start(Nothing);
        await using var connection = await RawConnection.OpenAsync(host.Url);
        var call = RawConnection.Head(host.Url, $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange;
        await connection.SendAsync(call);
        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 200");

        await host.StopAsync();
        await connection.SendAsync(call);

        (await connection.ReadHeadAsync(Canceled)).Should().NotContain("200");
    }

    [Fact]
    public async Task Stop_WhileACallIsUnderWay_ReceivesWhatArrivesUntilItHasEnded()
    {
        var host = Start(builder => builder.AddHandler<StatusChangeEvent>("waits", async (_, _, _) =>
        {
            _started.SetResult();
            await _goOn.Task;
        }));
        var call = RawConnection.Head(host.Url, $"Content-Length: {Payloads.UserFinish.Length}\r\n") + Payloads.UserFinish;
        await using var open = await RawConnection.OpenAsync(host.Url);
        await open.SendAsync(call);
        (await open.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 200");
        var underWay = PostAsync(host.Url);
        await _started.Task.WaitAsync(Canceled);

        var stop = host.StopAsync();
        await open.SendAsync(call);
        var during = await open.ReadHeadAsync(Canceled);
        stop.IsCompleted.Should().BeFalse();
        _goOn.SetResult();
        await stop.WaitAsync(TimeSpan.FromSeconds(15), Canceled);

        during.Should().StartWith("HTTP/1.1 200").And.Contain("Connection: close");
        using var answer = await underWay;
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        _log.Messages("CutOff").Should().BeEmpty();
    }

    [Fact]
    public async Task Stop_CallsArriveWithoutPause_EndsBeforeTheTimeout()
    {
        var host = Start(builder => builder.AddHandler<WebSoEvent>("slow", (_, _, cancellationToken) =>
        {
            _started.TrySetResult();
            return new ValueTask(Task.Delay(20, cancellationToken));
        }));
        var callers = Enumerable.Range(0, 16).Select(_ => Task.Run(() => CallUntilRefusedAsync(host.Url))).ToList();
        await _started.Task.WaitAsync(Canceled);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), Canceled);
        var statuses = (await Task.WhenAll(callers)).SelectMany(status => status).ToList();

        statuses.Should().Contain(HttpStatusCode.OK).And.NotContain(HttpStatusCode.InternalServerError);
        _log.Messages("CutOff").Should().BeEmpty();
    }

    [Fact]
    public async Task Stop_ThenStart_OnTheSamePort_Works()
    {
        var host = Start(Nothing);
        var prefix = host.Url + "/";
        await host.StopAsync();

        await using var again = WebSoEventListener.Start(prefix, Nothing);

        using var answer = await PostAsync(host.Url);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    // As in the tests of an application. Only the stop is about time that really passes.
    [Fact]
    public async Task Stop_ClockStandsStill_EndsNoLaterThanTheDrainTimeout()
    {
        _log.ExpectError("HandlerFailed");
        var host = Start(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider());
                builder.Services.Configure<WebSoEventsOptions>(options => options.RequireHeader("X-Key", "secret"));
                Waiting(builder);
            },
            options => options.DrainTimeout = TimeSpan.FromMilliseconds(100));
        await using var refused = await RawConnection.OpenAsync(host.Url);
        await refused.SendAsync(RawConnection.Head(host.Url, "Transfer-Encoding: chunked\r\n") + "64\r\n{");
        (await refused.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 401");
        await using var underWay = await RawConnection.OpenAsync(host.Url);
        await underWay.SendAsync(RawConnection.Head(host.Url, $"X-Key: secret\r\nContent-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange);
        await _started.Task.WaitAsync(Canceled);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), Canceled);

        (await underWay.ReadHeadAsync(Canceled)).Should().BeEmpty();
        _log.Messages("CutOff").Should().ContainSingle().Which.Should().Contain("calls of the default endpoint did not end");
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second", "first")]
    [InlineData("disposed")]
    [InlineData("disposed", "second", "first")]
    public async Task Stop_HostedServicesFail_StopsAllAndThrows(params string[] failing)
    {
        var steps = new List<string>();
        var listener = WebSoEventListener.Start(ListenerHost.FreePrefix(), builder =>
        {
            Nothing(builder);
            builder.Services.AddLogging(logging => logging.AddProvider(_log));
            builder.Services.AddSingleton<IHostedService>(new Recorder("first", steps, failing));
            builder.Services.AddSingleton<IHostedService>(_ => new Recorder("second", steps, failing));
        });

        var failure = await Record.ExceptionAsync(() => listener.DisposeAsync().AsTask());

        var messages = failure is AggregateException several ? several.InnerExceptions.Select(one => one.Message) : [failure!.Message];
        messages.Should().BeEquivalentTo(failing);
        steps.Should().Equal("start first", "start second", "stop second", "stop first", "dispose second");
        await listener.Invoking(again => again.DisposeAsync().AsTask()).Should().NotThrowAsync("a second call has nothing left to do");
    }

    [Fact]
    public void Start_ServiceFailsAndAnotherCannotStop_ThrowsWhatFailedFirst()
    {
        var steps = new List<string>();

        var start = () => WebSoEventListener.Start(ListenerHost.FreePrefix(), builder =>
        {
            Nothing(builder);
            builder.Services.AddSingleton<IHostedService>(new Recorder("first", steps, ["first"]));
            builder.Services.AddSingleton<IHostedService>(new Recorder("second", steps, ["start"]));
        });

        start.Should().Throw<InvalidOperationException>().WithMessage("start");
        steps.Should().EndWith("stop first");
    }

    [Fact]
    public async Task Start_HostedServices_StartInOrderAndStopInReverse()
    {
        var steps = new List<string>();
        var host = Start(builder => builder.Services
            .AddSingleton<IHostedService>(new Recorder("first", steps))
            .AddSingleton<IHostedService>(new Recorder("second", steps)));

        await host.StopAsync();

        steps.Should().Equal("start first", "start second", "stop second", "stop first");
    }

    [Fact]
    public async Task AddHttpListener_WithAHost_ListensOnEachPrefixAsLongAsItRuns()
    {
        var (one, two) = (ListenerHost.FreePrefix(), ListenerHost.FreePrefix());
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true).AddHttpListener(one).AddHttpListener(two).AddHttpListener(two);
        using var host = builder.Build();
        await host.StartAsync(Canceled);

        using var first = await PostAsync(new Uri(one));
        using var second = await PostAsync(new Uri(two));
        await host.StopAsync(Canceled);

        first.StatusCode.Should().Be(HttpStatusCode.OK);
        second.StatusCode.Should().Be(HttpStatusCode.OK);
        using var stranger = new HttpClient();
        var refused = () => stranger.GetAsync(new Uri(one), Canceled);
        await refused.Should().ThrowAsync<HttpRequestException>();
    }

    private static void Nothing(IWebSoEventsBuilder builder) => TestEnvironment.Set(builder.Services, "Development");

    private void Waiting(IWebSoEventsBuilder builder) => builder.AddHandler<WebSoEvent>("waits", async (_, _, _) =>
    {
        _started.TrySetResult();
        await _goOn.Task;
    });

    private ListenerHost Start(Action<IWebSoEventsBuilder> configure, Action<WebSoListenerOptions>? options = null)
    {
        var host = ListenerHost.Start(_log, configure, options);
        _hosts.Add(host);
        return host;
    }

    private Task<HttpResponseMessage> PostAsync(Uri url) =>
        _client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);

    private static async Task<List<HttpStatusCode>> CallUntilRefusedAsync(Uri url)
    {
        var statuses = new List<HttpStatusCode>();
        using var client = new HttpClient();
        try
        {
            while (true)
            {
                using var answer = await client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);
                statuses.Add(answer.StatusCode);
            }
        }
        catch (HttpRequestException)
        {
            // Nobody listens any more.
        }

        return statuses;
    }

    // Those that fail throw their name.
    private sealed class Recorder(string name, List<string> steps, params string[] failing) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            steps.Add($"start {name}");
            FailAs("start");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            steps.Add($"stop {name}");
            FailAs(name);
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            steps.Add($"dispose {name}");
            FailAs("disposed");
        }

        private void FailAs(string step)
        {
            if (failing.Contains(step))
                throw new InvalidOperationException(step);
        }
    }
}
