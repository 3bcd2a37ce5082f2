using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Console;
using WebSo.Events;

namespace InboxBenchmark;

// The process that is measured. It prints its URL, then answers one line for each line on its standard input:
// 'usage', 'close' and 'open' (what handlers wait for), 'handled N' (answers once N events are handled).
internal static class Receiver
{
    private static readonly Lock s_lock = new();
    private static TaskCompletionSource s_open = Completed();
    private static TaskCompletionSource? s_reached;
    private static long s_awaited = long.MaxValue;
    private static long s_handled;

    public static async Task RunAsync(Store store, string connection)
    {
        Environment.SetEnvironmentVariable("DOTNET_ENVIRONMENT", "Development");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Error);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (store != Store.None)
        {
            var events = builder.Services.AddWebSoEvents().AddHandler<WebSoEvent>("count", (_, _, _) => HandleAsync());
            _ = store == Store.Sqlite ? events.UseSqliteInbox(connection) : events.UsePostgreSqlInbox(connection);
        }

        var app = builder.Build();
        if (store == Store.None)
            app.Map("/webso/events", DrainAsync);
        else
            app.MapWebSoEvents();
        await app.StartAsync();

        Console.WriteLine(app.Urls.Single());
        while (Console.ReadLine() is { } line)
            Console.WriteLine(await AnswerAsync(line.Split(' ')));
        await app.StopAsync();
    }

    private static async ValueTask HandleAsync()
    {
        var open = Volatile.Read(ref s_open).Task;
        if (!open.IsCompleted)
            await open;
        if (Interlocked.Increment(ref s_handled) >= Volatile.Read(ref s_awaited))
            s_reached?.TrySetResult();
    }

    private static async Task<string> AnswerAsync(string[] command)
    {
        switch (command)
        {
            case ["close"]:
                s_open = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return "closed";
            case ["open"]:
                s_open.TrySetResult();
                return "open";
            case ["handled", var count]:
                await WaitAsync(long.Parse(count, CultureInfo.InvariantCulture));
                return "handled";
            default:
                using (var process = Process.GetCurrentProcess())
                {
                    var used = process.TotalProcessorTime.TotalMicroseconds;
                    return string.Create(CultureInfo.InvariantCulture, $"{used:F0} {GC.GetTotalAllocatedBytes()} {Interlocked.Read(ref s_handled)}");
                }
        }
    }

    private static async Task WaitAsync(long count)
    {
        lock (s_lock)
        {
            s_reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref s_awaited, count);
            if (Interlocked.Read(ref s_handled) >= count)
                s_reached.TrySetResult();
        }

        await s_reached.Task;
    }

    private static async Task DrainAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentLength = 0;
        await HandleAsync();
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }
}
