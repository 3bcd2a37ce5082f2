using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WebSo.Events.ScaleOutTest;

// The process that is killed and stopped: a web server on the inbox that all share, whose handler notes its begin and end.
internal static class Receiver
{
    // Short, so that much happens in little time. An instance renews at a third, and cancels its handlers at two thirds.
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan s_pulse = TimeSpan.FromMilliseconds(100);

    // So long an instance must have stood still to be overtaken: it may have been about to renew, or about to cancel its handlers.
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

    // Mostly short; some still run when the process is killed, or stopped for long. What is handled again takes long, so that the late mark
    // of a process that was overtaken comes amid it.
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
