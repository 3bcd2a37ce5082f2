using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static class ListenCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "The port; 0 for a free one.", DefaultValueFactory = _ => 8085 };
        var host = new Option<string>("--host") { Description = "The address; 0.0.0.0 to be reached from other machines.", DefaultValueFactory = _ => "127.0.0.1" };
        var answer = new Option<int>("--answer") { Description = "The status that is answered; other than 200, the server repeats.", DefaultValueFactory = _ => 200 };
        var record = new Option<FileInfo?>("--record") { Description = "A file to which each call is added: its exact bytes and time." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show headers. Values that may be secret are not shown." };
        var json = SharedOptions.Json();
        var command = new Command("listen", "Receives at any path, and shows each event as it comes. Ends on Ctrl+C.") { port, host, answer, record, verbose, json };
        SharedOptions.RequireRange(answer, 200, 599);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            var output = new ToolOutput(parsed.GetValue(json));
            await using var file = parsed.GetValue(record)?.AppendText();
            var printer = new CallPrinter(output, file, parsed.GetValue(verbose), parsed.GetValue(answer), TimeProvider.System);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls($"http://{parsed.GetValue(host)}:{parsed.GetValue(port)}");
            builder.Logging.ClearProviders();
            // Ctrl+C is the command line's: the host's own handler of it would stop the application a second time, at the same moment.
            builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
            await using var app = builder.Build();
            app.Run(printer.HandleAsync);
            await app.StartAsync(cancellationToken);
            output.Write($"Listening on {app.Urls.First()}", writer =>
            {
                writer.WriteString("type", "listening");
                writer.WriteString("url", app.Urls.First());
            });
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        });
        return command;
    }
}
