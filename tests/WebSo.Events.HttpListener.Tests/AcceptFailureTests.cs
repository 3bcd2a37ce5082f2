using System.Net;
using System.Reflection;
using System.Text;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events;

public sealed class AcceptFailureTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Accept_HttpListenerStopsAndStarts_ReceivesAgain(bool loggerThrows)
    {
        var (log, time, prefix) = (new TestLog(), new ObservedTime(), Loopback.FreePrefix());
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddLogging(logging => logging.AddProvider(log).AddProvider(loggerThrows ? new ThrowingLog("Log") : new ThrowingLog("none")));
        services.AddWebSoEvents(options => options.AllowAnonymousCalls = true).AddHandler<WebSoEvent>("hear", (_, _, _) => default).AddHttpListener(prefix);
        await using var provider = services.BuildServiceProvider();
        var service = provider.GetRequiredService<IHostedService>();
        await service.StartAsync(Canceled);
        var http = HttpListenerOf(service);

        // All pending accepts fail, and fail again after the pause.
        http.Stop();
        await time.WaitForPausesAsync(4);
        time.Advance(s_pause);
        await time.WaitForPausesAsync(4);
        http.Start();
        time.Advance(s_pause);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(prefix)));
        await service.StopAsync(Canceled);

        answers.Should().OnlyContain(status => status == HttpStatusCode.OK);
        log.Messages("AcceptFailed").Should().ContainSingle("it is logged at most once a minute").Which.Should().Contain("since the last message of this kind: 1,");
        log.VerifyNoUnexpectedErrors();
    }

    // The test stops the private HttpListener of the service, because only http.sys on Windows can fail by itself.
    private static System.Net.HttpListener HttpListenerOf(IHostedService service) => service.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Select(field => field.GetValue(service))
        .OfType<System.Net.HttpListener>()
        .Single();

    private static async Task<HttpStatusCode> PostAsync(string prefix)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var answer = await client.PostAsync(new Uri(prefix), new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);
        return answer.StatusCode;
    }

    // Signals when a pause after a failure has started.
    private sealed class ObservedTime : FakeTimeProvider
    {
        private readonly Channel<bool> _pauses = Channel.CreateUnbounded<bool>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == s_pause)
                _pauses.Writer.TryWrite(true);
            return timer;
        }

        public async Task WaitForPausesAsync(int count)
        {
            for (var i = 0; i < count; i++)
                await _pauses.Reader.ReadAsync(Canceled).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Canceled);
        }
    }
}
