using System.Net;
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

    // The options have no guard, before and after the change.
    [Fact]
    public async Task Check_PolicyIsOnlyGuardAndOtherOptionsChange_StaysHealthy()
    {
        var log = new TestLog();
        var source = new ChangingConfiguration { ["WebSoEvents:Filter"] = "USER_FINISH" };
        var configuration = new ConfigurationBuilder().Add(source).Build();
        var sink = new RecordingSink(_ => Task.FromResult(new Receipt(ReceiveOutcome.Handled)));
        IServiceProvider? services = null;
        await using var host = await KestrelHost.StartAsync(
            log,
            collection =>
            {
                collection.AddSingleton<IConfiguration>(configuration).AddWebSoEvents();
                collection.AddKeyedSingleton<IEventSink>("", sink);
                collection.AddHealthChecks().AddWebSoEvents();
                collection.AddAuthorization(options => options.AddPolicy("server", policy => policy.RequireAssertion(_ => true)));
            },
            app =>
            {
                services = app.Services;
                app.UseAuthorization();
                app.MapWebSoEvents().RequireAuthorization("server");
            },
            environment: "Production");
        using var client = new HttpClient();
        var filtered = await PostAsync();

        source["WebSoEvents:Filter"] = "STATUS_CHANGE";
        configuration.Reload();
        var received = await PostAsync();

        (filtered, received).Should().Be((0, 1), "the changed filter is in force");
        (await services!.GetRequiredService<HealthCheckService>().CheckHealthAsync(Canceled)).Status.Should().Be(HealthStatus.Healthy);
        log.VerifyNoUnexpectedErrors();

        async Task<int> PostAsync()
        {
            using var answer = await client.PostAsync(host.Url, new StringContent(Payloads.StatusChange), Canceled);
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
            return sink.Deliveries.Count;
        }
    }

    [Theory]
    [InlineData("", "webso_events")]
    [InlineData("a", "webso_events_a")]
    public async Task Check_LastGuardRemoved_IsUnhealthyUntilGuardReturns(string endpoint, string check)
    {
        var section = endpoint.Length == 0 ? "WebSoEvents" : $"WebSoEvents:Endpoints:{endpoint}";
        var log = new TestLog();
        log.ExpectError("GuardsKept");
        var source = new ChangingConfiguration { [$"{section}:RequiredHeaders:X-Key"] = "secret" };
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
