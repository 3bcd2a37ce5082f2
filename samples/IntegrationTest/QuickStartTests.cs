using System.Threading.Channels;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;
using Xunit;

namespace IntegrationTest;

public sealed class QuickStartTests : IDisposable
{
    // The application's inbox file is in its content root: each test has its own.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-integration-test-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ASignedDocument_ReachesTheHandlersAsFinished()
    {
        var (app, heard) = CreateApplication<StatusChangeEvent>();
        await using var disposal = app;

        // The five lines. The inbox answers first and handles then, so the test waits for what its handler hears.
        await using var server = new WebSoEmulator("http://localhost/webso/events", new() { Handler = app.Server.CreateHandler() });
        var document = server.CreateDocument();
        await server.RenderAsync(document.Id, cancellationToken: Token);
        await server.SignFieldAsync(document.Id, "1", Token);
        Assert.Equal(SignatureRequestStatus.Finished, (await heard.ReadAsync(Token)).To);
    }

    [Fact]
    public async Task ALostAnswer_TheApplicationHearsTheEventOnce()
    {
        var (app, heard) = CreateApplication<WebSoEvent>();
        await using var disposal = app;
        var configuration = WebSoServerConfiguration.Parse("webso_events_url=http://localhost/webso/events\nwebso_events_retry=0");
        await using var server = new WebSoEmulator(
            configuration,
            new() { Handler = app.Server.CreateHandler(), Faults = WebSoFaults.LostAnswer, FaultRate = 1 });
        var document = server.CreateDocument();

        await server.RenderAsync(document.Id, cancellationToken: Token);
        await server.SignFieldAsync(document.Id, "1", Token);

        // Events of a document come in order: had the repeat of the first been handled, it would stand before the last.
        var names = new List<string>();
        while (!names.Contains("STATUS_CHANGE"))
            names.Add((await heard.ReadAsync(Token)).EventName);
        Assert.Single(names, "RENDER_RETURN");
    }

    private (WebApplicationFactory<Program> App, ChannelReader<TEvent> Heard) CreateApplication<TEvent>()
        where TEvent : WebSoEvent
    {
        var heard = Channel.CreateUnbounded<TEvent>();
        var app = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseContentRoot(_folder.FullName)
            .ConfigureTestServices(services => services.AddWebSoEvents().AddHandler<TEvent>("test", (e, _, token) => heard.Writer.WriteAsync(e, token))));
        return (app, heard.Reader);
    }
}
