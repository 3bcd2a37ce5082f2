using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WebSo.Events.Inbox.PostgreSql.Connections;
using WebSo.Events.Inbox.PostgreSql.Dialect;

namespace WebSo.Events.EndToEnd.ScaleOut;

// The process that is killed and stopped: a web server on the shared inbox. Its handler logs when it begins and ends.
internal static class Receiver
{
    // A short term lets the test do more in less time. An instance renews after a third of it, and cancels its handlers after two thirds.
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan s_pulse = TimeSpan.FromMilliseconds(100);

    // The shortest stop after which an instance can be overtaken, because it can stop just before it renews, or just before it cancels its
    // handlers.
    public static TimeSpan LongStop => LeaseDuration / 3;

    public static async Task RunAsync(string connectionString, string schema, int run)
    {
        await using var log = new HandlingLog(connectionString + ";Application Name=log", schema, run);
        var connections = new PostgreSqlConnections(PostgreSqlConnections.CreateDataSource(connectionString), ownsDataSource: true);
        var dialect = new PostgreSqlDialect(connections, new WebSoPostgreSqlOptions { Schema = schema }, TimeProvider.System, NullLogger.Instance);
        await using var engine = new InboxEngine(dialect, TimeProvider.System, NullLogger.Instance) { LeaseDuration = LeaseDuration };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true)
            .AddHandler<WebSoEvent>("log", (e, context, cancellationToken) => HandleAsync(log, e, context, cancellationToken))
            .UseInbox(_ => engine, options => (options.RetryDelay, options.MaxRetryDelay) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)));

        var app = builder.Build();
        app.MapWebSoEvents();
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await WatchAsync(log);
    }

    private static async ValueTask HandleAsync(HandlingLog log, WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken)
    {
        try
        {
            await log.WriteAsync(LogKind.Begin, context, e.DocumentId, cancellationToken);
            await Task.Delay(Duration(context.Attempt), cancellationToken);
            await log.WriteAsync(LogKind.End, context, e.DocumentId, cancellationToken);
        }
        catch
        {
            await log.WriteCutAsync(context, e.DocumentId);
            throw;
        }
    }

    // Most attempts are short. Some are still running when the process is killed or stopped. Later attempts are long, so that the late mark
    // of an overtaken process arrives during them.
    private static TimeSpan Duration(int attempt) => TimeSpan.FromMilliseconds(Random.Shared.Next(100) switch
    {
        _ when attempt > 1 => Random.Shared.Next(500, 1000),
        < 80 => Random.Shared.Next(10),
        < 94 => Random.Shared.Next(50, 300),
        _ => Random.Shared.Next(500, 1500),
    });

    private static async Task WatchAsync(HandlingLog log)
    {
        using var timer = new PeriodicTimer(s_pulse);
        var last = Stopwatch.GetTimestamp();
        while (await timer.WaitForNextTickAsync())
        {
            var before = last;
            last = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(before, last) >= LongStop)
                await log.WriteStallAsync(before);
        }
    }
}
