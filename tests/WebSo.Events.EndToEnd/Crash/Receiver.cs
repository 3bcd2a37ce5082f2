using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WebSo.Events.EndToEnd.Crash;

// The process that is killed: a web server with an inbox. Its two handlers log when they begin and end.
internal static class Receiver
{
    public const string First = "first";
    public const string Second = "second";

    // The prefix of documents whose first attempt fails. Retried after two seconds.
    public const string Retried = "retried";

    public static async Task RunAsync(string endpointName, string database, string log, KillStep step, int count)
    {
        // Unbuffered writes go to the operating system, so they survive a killed process.
        await using var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Write(file, "start");

        var dialect = new KillingDialect(new SqliteDialect(new SqliteFile(database)), step, count);
        var engine = new InboxEngine(dialect, TimeProvider.System, NullLogger.Instance);
        await using (var app = Build(endpointName, engine, dialect, file))
        {
            app.Use(async (_, next) =>
            {
                await next();
                dialect.Reach(KillStep.AfterAnswer);
            });
            app.MapWebSoEvents(name: endpointName);
            await app.StartAsync();
            Console.WriteLine(app.Urls.Single());
            await app.WaitForShutdownAsync();
        }

        await engine.DisposeAsync();
        Write(file, "stopped");
    }

    private static WebApplication Build(string endpointName, InboxEngine engine, KillingDialect dialect, FileStream file)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var endpoint = builder.Services.AddWebSoEvents(endpointName, options => options.AllowAnonymousCalls = true);
        foreach (var name in new[] { First, Second })
        {
            endpoint.AddHandler<UserFinishEvent>(name, async (e, context, cancellationToken) =>
            {
                if (context.Attempt == 1 && e.DocumentId.StartsWith(Retried, StringComparison.Ordinal))
                    throw new WebSoEventRetryException(TimeSpan.FromSeconds(2));
                Write(file, $"begin {name} {e.DocumentId} {e.FieldsSigned} {context.DeliveryId}");
                try
                {
                    await Task.Delay(Random.Shared.Next(3), cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    Write(file, $"canceled {name} {e.DocumentId} {e.FieldsSigned}");
                    throw;
                }

                dialect.Reach(KillStep.InHandler);
                Write(file, $"end {name} {e.DocumentId} {e.FieldsSigned} {context.DeliveryId}");
                dialect.Reach(name == First ? KillStep.BetweenHandlers : KillStep.AfterHandlers);
            });
        }

        // Either lets handlers complete at a stop, or cancels them immediately.
        endpoint.UseInbox(_ => engine, options =>
        {
            options.RetryDelay = TimeSpan.FromMilliseconds(10);
            options.PollInterval = TimeSpan.FromMilliseconds(50);
            options.DrainTimeout = TimeSpan.FromSeconds(10 * Random.Shared.Next(2));
        });
        return builder.Build();
    }

    private static void Write(FileStream file, string line)
    {
        lock (file)
            file.Write(Encoding.UTF8.GetBytes($"{Stopwatch.GetTimestamp()} {Environment.ProcessId} {line}\n"));
    }
}
