using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;
using Xunit;

namespace IntegrationTest;

public sealed class QuickStartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASignedDocument_ReachesTheHandlersAsFinished()
    {
        var changes = new ConcurrentQueue<StatusChangeEvent>();
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.AddWebSoEvents().AddHandler<StatusChangeEvent>("test", (e, _, _) =>
            {
                changes.Enqueue(e);
                return ValueTask.CompletedTask;
            })));

        // The five lines.
        await using var server = new WebSoEmulator("http://localhost/webso/events", new() { Sender = { Handler = app.Server.CreateHandler() } });
        var document = server.CreateDocument();
        await server.RenderAsync(document.Id, cancellationToken: Token);
        await server.SignFieldAsync(document.Id, "1", Token);
        Assert.Equal(SignatureRequestStatus.Finished, Assert.Single(changes).To);
    }

    [Fact]
    public async Task ALostAnswer_TheApplicationHearsTheEventAgain()
    {
        var renderings = new ConcurrentQueue<Guid>();
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.AddWebSoEvents().AddHandler<RenderReturnEvent>("test", (_, context, _) =>
            {
                renderings.Enqueue(context.DeliveryId);
                return ValueTask.CompletedTask;
            })));
        var configuration = WebSoServerConfiguration.Parse("webso_events_url=http://localhost/webso/events\nwebso_events_retry=0");
        await using var server = new WebSoEmulator(
            configuration,
            new() { Sender = { Handler = app.Server.CreateHandler(), Faults = WebSoFaults.LostAnswer, FaultRate = 1 } });

        await server.RenderAsync(server.CreateDocument().Id, cancellationToken: Token);

        Assert.Equal(2, renderings.Count);
    }
}
