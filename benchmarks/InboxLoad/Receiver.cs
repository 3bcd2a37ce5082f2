using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Console;
using WebSo.Events;

namespace InboxLoad;

// The process that is measured. It says its URL, and answers each line on its standard input with what it has used so far.
internal static class Receiver
{
    public static async Task RunAsync(Variant variant, string path)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Error);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (variant is Variant.Accept or Variant.AcceptAndHandle)
        {
            builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true)
                .AddHandler<WebSoEvent>("nothing", (_, _, _) => default)
                .UseSqliteInbox(path);
        }

        var app = builder.Build();
        switch (variant)
        {
            case Variant.Bare:
                app.Map("/webso/events", DrainAsync);
                break;
            case Variant.Naive:
                app.Map("/webso/events", new NaiveInbox(path).AcceptAsync);
                break;
            default:
                app.MapWebSoEvents();
                break;
        }

        await app.StartAsync();
        var inbox = app.Services.GetService<IWebSoInbox>();
        if (inbox is not null && variant == Variant.Accept)
            await inbox.PauseAsync(null, CancellationToken.None);

        Console.WriteLine(app.Urls.Single());
        using var process = Process.GetCurrentProcess();
        while (Console.ReadLine() is not null)
        {
            if (inbox is not null && variant == Variant.AcceptAndHandle)
                await WaitUntilAllIsHandledAsync(inbox);
            process.Refresh();
            var used = process.TotalProcessorTime.TotalMicroseconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{used:F0} {GC.GetTotalAllocatedBytes()}"));
        }

        await app.StopAsync();
    }

    private static async Task DrainAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentLength = 0;
    }

    private static async Task WaitUntilAllIsHandledAsync(IWebSoInbox inbox)
    {
        while (await inbox.GetBacklogAsync(null, CancellationToken.None) is { Pending: > 0 } or { Handling: > 0 })
            await Task.Delay(20);
    }
}
