using System.Diagnostics;
using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>Runs the nginx block of docs/hosting.md unchanged in a real nginx in front of a listener.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private const string DocumentedUpstream = "127.0.0.1:5080";

    private readonly TempFolder _folder = new();
    private readonly TestLog _log = new();
    private readonly int _port = Loopback.FreePort();
    private ListenerHost? _host;
    private Process? _nginx;

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    private Uri Url => new($"http://127.0.0.1:{_port}/webso/events");

    public async ValueTask InitializeAsync()
    {
        var nginx = InstalledProgram.Find("nginx");
        Assert.SkipWhen(nginx is null, "nginx is not installed: apt-get install --no-install-recommends nginx-light");
        _host = ListenerHost.Start(_log, builder =>
        {
            builder.Services.Configure<WebSoEventsOptions>(options => options.RequireHeader("X-Webso-Key", "a-long-enough-secret"));
            builder.AddHandler<WebSoEvent>("all", (_, _, _) => default);
        });
        var configuration = Path.Combine(_folder.Path, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configuration(_host.Url), Canceled);
        _nginx = Process.Start(new ProcessStartInfo(nginx, ["-p", _folder.Path, "-c", configuration, "-e", "stderr"]) { RedirectStandardError = true })!;
        await WaitForNginxAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            _nginx.Kill(entireProcessTree: true);
            await _nginx.WaitForExitAsync(CancellationToken.None);
            _nginx.Dispose();
        }

        if (_host is not null)
            await _host.DisposeAsync();
        _folder.Dispose();
        _log.VerifyNoUnexpectedErrors();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_ThroughNginxWithAnotherHost_IsReceived(bool chunked)
    {
        using var answer = await SendAsync(HttpMethod.Post, Payloads.StatusChange, "a-long-enough-secret", chunked);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Post_RefusedThroughNginx_KeepsStatus()
    {
        using var unauthorized = await SendAsync(HttpMethod.Post, Payloads.StatusChange, "wrong", chunked: false);
        using var get = await SendAsync(HttpMethod.Get, null, "a-long-enough-secret", chunked: false);
        using var large = await SendAsync(HttpMethod.Post, new string(' ', 100_000), "a-long-enough-secret", chunked: false);
        using var malformed = await SendAsync(HttpMethod.Post, "{}", "a-long-enough-secret", chunked: false);

        unauthorized.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        get.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        large.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        malformed.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    // The block of the documentation with the port of the listener.
    private string Configuration(Uri listener)
    {
        var hosting = Repository.Read("docs/hosting.md");
        var block = hosting.Split("```nginx\n")[1].Split("```")[0];
        block.Should().Contain($"http://{DocumentedUpstream};");
        return $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            events {}
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:{{_port}};
                    server_name events.example.com;
                    {{block.Replace(DocumentedUpstream, listener.Authority, StringComparison.Ordinal)}}
                }
            }
            """;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? body, string key, bool chunked)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, Url)
        {
            Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
            Headers = { { "X-Webso-Key", key }, { "Host", "events.example.com" } },
        };
        request.Headers.TransferEncodingChunked = chunked;
        return await client.SendAsync(request, Canceled);
    }

    private async Task WaitForNginxAsync()
    {
        var begin = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _port, Canceled);
                return;
            }
            catch (System.Net.Sockets.SocketException) when (begin.Elapsed < TimeSpan.FromSeconds(30) && !_nginx!.HasExited)
            {
                // nginx does not report when it listens.
                await Task.Delay(50, Canceled);
            }
        }
    }
}
