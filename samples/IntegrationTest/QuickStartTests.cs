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
    // The application creates its inbox in the content root. Each test has its own folder.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-integration-test-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Sign_LastField_HandlesStatusFinished()
    {
        var (app, heard) = CreateApplication<StatusChangeEvent>();
        await using var disposal = app;

        // The inbox answers before it calls handlers, so the test waits for the event that its handler gets.
        await using var server = new WebSoEmulator("http://localhost/webso/events", new() { Handler = app.Server.CreateHandler() });
        var document = server.CreateDocument();
        await server.RenderAsync(document.Id, cancellationToken: Token);
        await server.SignFieldAsync(document.Id, "1", Token);
        Assert.Equal(SignatureRequestStatus.Finished, (await heard.ReadAsync(Token)).To);
    }

    [Fact]
    public async Task Post_ResponseLost_HandlesEventOnce()
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

        // Events of a document are handled in order, so a duplicate of the first would appear before the last.
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
