using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace WebSo.Events;

public sealed class HealthTests
{
    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "webso_events")]
    [InlineData("a", "webso_events_a")]
    public async Task Check_LastGuardIsGone_IsUnhealthyUntilOneIsBack(string endpoint, string check)
    {
        var section = endpoint.Length == 0 ? "WebSoEvents" : $"WebSoEvents:Endpoints:{endpoint}";
        var log = new TestLog();
        log.ExpectError("GuardsKept");
        var source = new ChangingSettings { [$"{section}:RequiredHeaders:X-Key"] = "secret" };
        var configuration = new ConfigurationBuilder().Add(source).Build();
        IServiceProvider? services = null;
        await using var host = await KestrelHost.StartAsync(
            log,
            collection =>
            {
                collection.AddSingleton<IConfiguration>(configuration).AddWebSoEvents(endpoint);
                collection.AddHealthChecks().AddWebSoEvents(endpoint);
            },
            app =>
            {
                services = app.Services;
                app.MapWebSoEvents(name: endpoint);
            });
        var before = await StatusAsync();

        source.Clear();
        configuration.Reload();
        var kept = await StatusAsync();
        source[$"{section}:RequiredHeaders:X-Key"] = "new";
        configuration.Reload();

        (before, kept, await StatusAsync()).Should().Be((HealthStatus.Healthy, HealthStatus.Unhealthy, HealthStatus.Healthy));

        async Task<HealthStatus> StatusAsync() =>
            (await services!.GetRequiredService<HealthCheckService>().CheckHealthAsync(Canceled)).Entries[check].Status;
    }
}
