using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.ScaleOutTest;

// The process that is killed and stopped: a web server on the inbox that all share, whose handler notes its begin and end.
internal static class Receiver
{
    private static readonly TimeSpan s_pulse = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(string connectionString, string schema, int run)
    {
        await using var log = new HandlingLog(connectionString + ";Application Name=log", schema, run);
        await using var inner = new WebSoPostgreSqlInboxStore(connectionString, new WebSoPostgreSqlOptions { Schema = schema, LeaseDuration = Lease.Duration });
        var store = new NotingStore(inner, log);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true)
            .AddHandler<WebSoEvent>("log", (e, context, cancellationToken) => HandleAsync(store, log, e, context, cancellationToken))
            .UseInbox(_ => store, options => options.RetryDelay = TimeSpan.FromMilliseconds(100));

        var app = builder.Build();
        app.MapWebSoEvents();
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await WatchAsync(log);
    }

    private static async ValueTask HandleAsync(NotingStore store, HandlingLog log, WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken)
    {
        var (body, claimed) = (Encoding.UTF8.GetString(context.Body.Span), store.ClaimedAt(context));
        try
        {
            await log.WriteAsync(LogKind.Begin, context, e.DocumentId, body, claimed, cancellationToken);
            await Task.Delay(Duration(context.Attempt), cancellationToken);
            await log.WriteAsync(LogKind.End, context, e.DocumentId, body, claimed, cancellationToken);
        }
        catch
        {
            await log.WriteSurelyAsync(LogKind.Cut, context.DeliveryId, e.DocumentId, body, context.Attempt, claimed);
            throw;
        }
    }

    // Mostly short; some still run when the process is killed, or stopped for long. What is handled again takes long, so that the late mark
    // of a process that was overtaken comes amid it.
    private static TimeSpan Duration(int attempt) => TimeSpan.FromMilliseconds(Random.Shared.Next(100) switch
    {
        _ when attempt > 1 => Random.Shared.Next(1000, 2000),
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
            if (Stopwatch.GetElapsedTime(before, last) >= Lease.Third)
                await log.WriteSurelyAsync(LogKind.Stall, Guid.Empty, "", "", 0, claimed: before);
        }
    }
}
