using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>Behavior that is specific to HttpListener.</summary>
public sealed class ListenerTests : ListenerTest
{
    [Fact]
    public async Task Post_MoreThanMaxConcurrentRequests_Returns503AndFreesSlot()
    {
        var host = Start(Waiting, options => options.MaxConcurrentRequests = 1);
        var first = PostAsync(host.Url);
        await Started.Task.WaitAsync(Canceled);

        using var second = await PostAsync(host.Url);
        GoOn.SetResult();
        using var firstAnswer = await first;
        using var third = await PostAsync(host.Url);

        second.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        second.Headers.RetryAfter.Should().NotBeNull();
        firstAnswer.StatusCode.Should().Be(HttpStatusCode.OK);
        third.StatusCode.Should().Be(HttpStatusCode.OK);
        Log.Messages("TooManyRequests").Should().ContainSingle();
    }

    [Fact]
    public async Task Post_SlowBody_TakesOneSlotUntilTimeout()
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
    public async Task Post_IncompleteBody_GetsNoResponse()
    {
        var host = Start(Nothing);
        await using var torn = await RawConnection.OpenAsync(host.Url);
        await torn.SendAsync(RawConnection.Head(host.Url, "Content-Length: 100\r\n") + "{");

        torn.EndSending();

        (await torn.ReadHeadAsync(Canceled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Post_HandlersBlock_OtherCallsAreAccepted()
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
        using var get = await GetAsync(host.Url);

        allAreIn.Should().BeTrue("there are more calls than pending accepts, and each handler blocks its thread");
        get.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        (await Task.WhenAll(calls)).Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Accept_HttpListenerRefusesCalls_Continues()
    {
        var host = Start(Nothing);

        // More calls than pending accepts. If there is no Content-Length, the managed HttpListener answers and still hands out the context.
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
    public async Task Post_BodyTooLarge_IsReadAfterResponseToAvoidReset()
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
    public async Task Post_PathBelowPrefix_IsReceivedWithPath()
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
    public async Task AddHttpListener_InHost_ListensOnEachPrefixWhileRunning()
    {
        var (one, two) = (Loopback.FreePrefix(), Loopback.FreePrefix());
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(Log);
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
}
