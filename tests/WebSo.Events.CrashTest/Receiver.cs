using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.CrashTest;

// The process that is killed: a web server with an inbox, whose handler writes its begin and end to a file.
internal static class Receiver
{
    public static async Task RunAsync(string endpoint, string database, string log, KillStep step, int count)
    {
        // What is written without a buffer of ours is the operating system's, and survives the process.
        await using var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Write(file, "start");

        await using var inner = new SqliteInboxStore(database);
        var store = new KillingStore(inner, step, count);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWebSoEvents(endpoint)
            .AddHandler<UserFinishEvent>("log", async (e, context, cancellationToken) =>
            {
                Write(file, $"begin {e.DocumentId} {e.FieldsSigned} {context.DeliveryId}");
                await Task.Delay(Random.Shared.Next(3), cancellationToken);
                store.Reach(KillStep.InHandler);
                Write(file, $"end {e.DocumentId} {e.FieldsSigned} {context.DeliveryId}");
            })
            .UseInbox(_ => store);

        var app = builder.Build();
        app.MapWebSoEvents(name: endpoint);
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await app.WaitForShutdownAsync();
    }

    private static void Write(FileStream file, string line)
    {
        lock (file)
            file.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }
}
