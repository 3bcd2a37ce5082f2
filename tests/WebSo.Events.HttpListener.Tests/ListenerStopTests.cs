using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events;

/// <summary>A stop of the listener lets calls in progress end, and never answers 200 to a call that was not handled.</summary>
public sealed class ListenerStopTests : ListenerTest
{
    [Fact]
    public async Task Stop_CallsInProgressAtTimeout_AreCutOffWithoutSuccess()
    {
        Log.ExpectError("HandlerFailed");
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = Start(
            builder => builder.AddHandler<WebSoEvent>("ignores", async (_, _, token) =>
            {
                using var registration = token.Register(canceled.SetResult);
                Started.SetResult();
                await GoOn.Task;
            }),
            options => options.DrainTimeout = TimeSpan.FromMilliseconds(100));
        await using var connection = await RawConnection.OpenAsync(host.Url);
        await connection.SendAsync(RawConnection.Head(host.Url, $"Content-Length: {Payloads.StatusChange.Length}\r\n") + Payloads.StatusChange);
        await Started.Task.WaitAsync(Canceled);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), Canceled);

        (await connection.ReadHeadAsync(Canceled)).Should().BeEmpty();
        canceled.Task.IsCompleted.Should().BeTrue();
        Log.Messages("CutOff").Should().ContainSingle();
    }

    [Fact]
    public async Task Stop_KeepAliveConnection_NeverGets200()
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
    public async Task Stop_CallInProgress_ReceivesNewCallsUntilItEnds()
    {
        var host = Start(builder => builder.AddHandler<StatusChangeEvent>("waits", async (_, _, _) =>
        {
            Started.SetResult();
            await GoOn.Task;
        }));
        var call = RawConnection.Head(host.Url, $"Content-Length: {Payloads.UserFinish.Length}\r\n") + Payloads.UserFinish;
        await using var open = await RawConnection.OpenAsync(host.Url);
        await open.SendAsync(call);
        (await open.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 200");
        var underWay = PostAsync(host.Url);
        await Started.Task.WaitAsync(Canceled);

        var stop = host.StopAsync();
        await open.SendAsync(call);
        var during = await open.ReadHeadAsync(Canceled);
        stop.IsCompleted.Should().BeFalse();
        GoOn.SetResult();
        await stop.WaitAsync(TimeSpan.FromSeconds(15), Canceled);

        during.Should().StartWith("HTTP/1.1 200").And.Contain("Connection: close");
        using var answer = await underWay;
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        Log.Messages("CutOff").Should().BeEmpty();
    }

    [Fact]
    public async Task Stop_CallsArriveContinuously_EndsBeforeTimeout()
    {
        var host = Start(builder => builder.AddHandler<WebSoEvent>("slow", (_, _, cancellationToken) =>
        {
            Started.TrySetResult();
            return new ValueTask(Task.Delay(20, cancellationToken));
        }));
        var callers = Enumerable.Range(0, 16).Select(_ => Task.Run(() => CallUntilRefusedAsync(host.Url))).ToList();
        await Started.Task.WaitAsync(Canceled);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), Canceled);
        var statuses = (await Task.WhenAll(callers)).SelectMany(status => status).ToList();

        statuses.Should().Contain(HttpStatusCode.OK).And.NotContain(HttpStatusCode.InternalServerError);
        Log.Messages("CutOff").Should().BeEmpty();
    }

    [Fact]
    public async Task Start_AfterStopOnSamePort_ReceivesCalls()
    {
        var host = Start(Nothing);
        var prefix = host.Url + "/";
        await host.StopAsync();

        await using var again = WebSoEventListener.Start(prefix, Nothing);

        using var answer = await PostAsync(host.Url);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    // Tests of applications freeze the clock. Only the stop uses the system clock.
    [Fact]
    public async Task Stop_FrozenClock_EndsWithinDrainTimeout()
    {
        Log.ExpectError("HandlerFailed");
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
        await Started.Task.WaitAsync(Canceled);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), Canceled);

        (await underWay.ReadHeadAsync(Canceled)).Should().BeEmpty();
        Log.Messages("CutOff").Should().ContainSingle().Which.Should().StartWith("Calls to the default endpoint did not end");
    }

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
            // The listener has stopped.
        }

        return statuses;
    }
}
