using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>The hosted services of a listener without a host.</summary>
public sealed class HostedServiceTests : ListenerTest
{
    [Theory]
    [InlineData("first")]
    [InlineData("second", "first")]
    [InlineData("disposed")]
    [InlineData("disposed", "second", "first")]
    public async Task Stop_HostedServicesFail_StopsAllAndThrows(params string[] failing)
    {
        var steps = new List<string>();
        var listener = WebSoEventListener.Start(Loopback.FreePrefix(), builder =>
        {
            Nothing(builder);
            builder.Services.AddLogging(logging => logging.AddProvider(Log));
            builder.Services.AddSingleton<IHostedService>(new Recorder("first", steps, failing));
            builder.Services.AddSingleton<IHostedService>(_ => new Recorder("second", steps, failing));
        });

        var failure = await Record.ExceptionAsync(() => listener.DisposeAsync().AsTask());

        var messages = failure is AggregateException several ? several.InnerExceptions.Select(one => one.Message) : [failure!.Message];
        messages.Should().BeEquivalentTo(failing);
        steps.Should().Equal("start first", "start second", "stop second", "stop first", "dispose second");
        await listener.Invoking(again => again.DisposeAsync().AsTask()).Should().NotThrowAsync("the listener is already stopped");
    }

    [Fact]
    public void Start_ServiceFailsAndAnotherCannotStop_ThrowsFirstException()
    {
        var steps = new List<string>();

        var start = () => WebSoEventListener.Start(Loopback.FreePrefix(), builder =>
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

    // Records its steps. A failing service throws an exception with its name.
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
