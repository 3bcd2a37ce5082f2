using System.Net;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace WebSo.Events.EndToEnd.Hosting;

/// <summary>One host receives, and another host without a web server handles, as docs/hosting.md describes.</summary>
public sealed class SplitProcessTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>, IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();
    private readonly TestLog _log = new();
    private readonly List<IHost> _hosts = [];
    private readonly HttpClient _client = new() { DefaultRequestHeaders = { { "X-Webso-Key", "a-long-random-value" } } };

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        while (_hosts.Count > 0)
            await StopAsync(_hosts[^1]);
        _client.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Receiver_WithSeparateWorker_HandlesInOrderAcrossRestarts(bool isPostgreSql, bool isListener)
    {
        var (receiver, url) = await StartReceiverAsync(isPostgreSql, isListener);
        for (var i = 1; i <= 10; i++)
        {
            foreach (var document in (string[])["a", "b"])
                (await PostAsync(url, document, i)).Should().Be(HttpStatusCode.OK);
        }

        _handled.Reader.Count.Should().Be(0);
        var handler = await StartHandlerAsync(isPostgreSql);
        var first = await TakeAsync(20);
        foreach (var document in (string[])["a", "b"])
            first.Where(entry => entry.StartsWith(document, StringComparison.Ordinal)).Should().Equal(Enumerable.Range(1, 10).Select(i => $"{document} {i}"));

        // The worker is idle. On PostgreSQL, a notification wakes it. On SQLite, it polls.
        await PostAsync(url, "c", 1);
        await PostAsync(url, "c", 1);
        await PostAsync(url, "c", 2);
        (await TakeAsync(2)).Should().Equal("c 1", "c 2");

        await StopAsync(handler);
        await PostAsync(url, "d", 1);
        await StopAsync(receiver);
        await StartHandlerAsync(isPostgreSql);
        (await TakeAsync(1)).Should().Equal("d 1");

        (_, url) = await StartReceiverAsync(isPostgreSql, isListener);
        (await PostAsync(url, "d", 1)).Should().Be(HttpStatusCode.OK);
        await PostAsync(url, "d", 2);
        (await TakeAsync(1)).Should().Equal("d 2");
        _log.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message).Should().BeEmpty();
    }

    [Theory]
    [InlineData("MapWebSoEvents")]
    [InlineData("MapWebSoEvents in a group")]
    [InlineData("UseWebSoEvents")]
    [InlineData("AddHttpListener")]
    [InlineData("WebSoEventListener")]
    public async Task Start_HandleOnlyAndMapped_FailsAndNamesBoth(string mapping)
    {
        var start = () => StartMappedAsync(mapping);

        var failure = (await start.Should().ThrowAsync<Exception>()).Which;
        var invalid = failure as OptionsValidationException ?? failure.GetBaseException().Should().BeOfType<OptionsValidationException>().Subject;
        invalid.Failures.Should().ContainSingle().Which.Should().Contain("HandleOnly").And.Contain(mapping.Split(' ')[0]).And.Contain("is mapped at ");
    }

    private async Task StartMappedAsync(string mapping)
    {
        if (mapping == "WebSoEventListener")
        {
            await using var listener = WebSoEventListener.Start(Loopback.FreePrefix(), builder => AddHandling(builder, isPostgreSql: false));
            return;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var events = AddHandling(builder.Services.AddWebSoEvents(), isPostgreSql: false);
        if (mapping == "AddHttpListener")
            events.AddHttpListener(Loopback.FreePrefix());
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        if (mapping == "MapWebSoEvents")
            app.MapWebSoEvents();
        if (mapping == "MapWebSoEvents in a group")
            app.MapGroup("/hooks").MapWebSoEvents();
        if (mapping == "UseWebSoEvents")
            app.UseWebSoEvents();
        await app.StartAsync(Canceled);
    }

    private async Task<(IHost Host, Uri Url)> StartReceiverAsync(bool isPostgreSql, bool isListener)
    {
        if (isListener)
        {
            var prefix = Loopback.FreePrefix();
            return (await StartAsync(events => Use(events, isPostgreSql, options => options.ReceiveOnly = true).AddHttpListener(prefix)), new Uri(prefix.TrimEnd('/')));
        }

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders().AddProvider(_log);
        Use(builder.Services.AddWebSoEvents(Guard), isPostgreSql, options => options.ReceiveOnly = true);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapWebSoEvents();
        _hosts.Add(app);
        await app.StartAsync(Canceled);
        return (app, new Uri(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), "/webso/events"));
    }

    // No credentials are needed, because nothing can call this host.
    private async Task<IHost> StartHandlerAsync(bool isPostgreSql)
    {
        var host = await StartAsync(events => AddHandling(events, isPostgreSql), guard: null);
        while (isPostgreSql && !await server.ReadAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'handler {_folder.Name}' AND query LIKE 'LISTEN%' AND state = 'idle')"))
        {
            await Task.Delay(10, Canceled);
        }

        return host;
    }

    private async Task<IHost> StartAsync(Action<IWebSoEventsBuilder> configure, Action<WebSoEventsOptions>? guard)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Production", DisableDefaults = true });
        builder.Logging.AddProvider(_log);
        configure(builder.Services.AddWebSoEvents(guard));
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(Canceled);
        return host;
    }

    private Task<IHost> StartAsync(Action<IWebSoEventsBuilder> configure) => StartAsync(configure, Guard);

    private static void Guard(WebSoEventsOptions options) => options.RequireHeader("X-Webso-Key", "a-long-random-value");

    private IWebSoEventsBuilder AddHandling(IWebSoEventsBuilder events, bool isPostgreSql)
    {
        events.AddHandler<UserFinishEvent>("h", (e, _, _) =>
        {
            _handled.Writer.TryWrite($"{e.DocumentId} {e.FieldsSigned}");
            return default;
        });
        return Use(events, isPostgreSql, options => (options.HandleOnly, options.PollInterval) = (true, isPostgreSql ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(50)));
    }

    private IWebSoEventsBuilder Use(IWebSoEventsBuilder events, bool isPostgreSql, Action<WebSoInboxOptions> configure)
    {
        if (!isPostgreSql)
            return events.UseSqliteInbox(_folder.File(), configure);

        var options = new WebSoInboxOptions();
        configure(options);
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { ApplicationName = (options.HandleOnly ? "handler " : "receiver ") + _folder.Name };
        return events.UsePostgreSqlInbox(connection.ConnectionString, configure, database => database.Schema = "split_" + Math.Abs(_folder.Name.GetHashCode(StringComparison.Ordinal)));
    }

    private async Task<HttpStatusCode> PostAsync(Uri url, string document, int fields)
    {
        using var content = new StringContent($$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"{{fields}}"}""");
        using var response = await _client.PostAsync(url, content, Canceled);
        return response.StatusCode;
    }

    private async Task<List<string>> TakeAsync(int count)
    {
        var taken = new List<string>();
        while (taken.Count < count)
            taken.Add(await _handled.Reader.ReadAsync(Canceled).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Canceled));
        return taken;
    }

    private async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
