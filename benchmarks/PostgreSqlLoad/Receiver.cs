using System.Diagnostics;
using System.Globalization;
using WebSo.Events;

namespace PostgreSqlLoad;

// The process that is measured. It says its URL, and answers each line on its standard input with the processor time that it has used.
internal static class Receiver
{
    public static async Task RunAsync(Variant variant, string connectionString, string schema)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (variant != Variant.Bare)
        {
            builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true)
                .AddHandler<WebSoEvent>("nothing", (_, _, _) => default)
                .UsePostgreSqlInbox(connectionString, configureStore: options => options.Schema = schema);
        }

        var app = builder.Build();
        if (variant == Variant.Bare)
            app.Map("/webso/events", DrainAsync);
        else
            app.MapWebSoEvents();
        await app.StartAsync();
        if (variant == Variant.Accept)
            await app.Services.GetRequiredService<IWebSoInbox>().PauseAsync("", CancellationToken.None);

        Console.WriteLine(app.Urls.Single());
        using var process = Process.GetCurrentProcess();
        while (Console.ReadLine() is not null)
        {
            process.Refresh();
            Console.WriteLine(process.TotalProcessorTime.TotalMicroseconds.ToString("F0", CultureInfo.InvariantCulture));
        }

        await app.StopAsync();
    }

    private static async Task DrainAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentLength = 0;
    }
}
