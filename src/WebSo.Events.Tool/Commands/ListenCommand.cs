using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal sealed class ListenCommand
{
    private const int MaxConnections = 100;

    private readonly Option<int> _port = ValueOption.Whole("--port", "The port; 0 for a free one.", 8085, 0, 65535);
    private readonly Option<IPAddress> _host = ValueOption.Of<IPAddress>(
        "--host",
        "The IP address of this machine to listen on; 0.0.0.0 to be reached from other machines. Not given: 127.0.0.1.",
        "an IP address of this machine, localhost, or 0.0.0.0 to be reached from other machines",
        TryReadHost);

    private readonly Option<int> _answer = ValueOption.Whole("--answer", "The status that is answered; other than 200, the server repeats.", 200, 200, 599);
    private readonly Option<FileInfo?> _record = new("--record") { Description = "A file to which each call is added: its exact bytes and time. It is made readable by its owner only." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Show headers. Values that may be secret are not shown." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public static Command Create() => new ListenCommand().Build();

    private Command Build()
    {
        _host.DefaultValueFactory = _ => IPAddress.Loopback;
        var command = new Command("listen", "Receives at any path, and shows each event as it comes. Ends on Ctrl+C.") { _port, _host, _answer, _record, _verbose, _json };
        command.SetToolAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = new ToolOutput(parsed.GetValue(_json));
        using var record = parsed.GetValue(_record) is { } file ? RecordFile.Open(file) : null;
        var printer = new CallPrinter(output, record, parsed.GetValue(_verbose), parsed.GetValue(_answer), TimeProvider.System);
        await using var app = CreateApp(parsed.GetValue(_host)!, parsed.GetValue(_port));
        app.Run(printer.HandleAsync);
        await StartAsync(app, parsed, cancellationToken);
        output.Write($"Listening on {app.Urls.First()}", writer =>
        {
            writer.WriteString("type", "listening");
            writer.WriteString("url", app.Urls.First());
        });
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    private static WebApplication CreateApp(IPAddress host, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.Listen(host, port);
            options.Limits.MaxRequestBodySize = CallPrinter.MaxBodySize;
            options.Limits.MaxConcurrentConnections = MaxConnections;
        });
        builder.Logging.ClearProviders();
        // Ctrl+C is the command line's: the host's own handler of it would stop the application a second time, at the same moment.
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        return builder.Build();
    }

    private async Task StartAsync(WebApplication app, ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (SocketException e)
        {
            var fix = e.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable => $"--host is '{parsed.GetValue(_host)}', which is no address of this machine: give one that is.",
                SocketError.AccessDenied => $"--port is {parsed.GetValue(_port)}, which this user may not listen on: give one from 1024 on.",
                _ => $"--host '{parsed.GetValue(_host)}' and --port {parsed.GetValue(_port)} can't be listened on: {e.Message}.",
            };
            throw new IOException(fix, e);
        }
    }

    // No name is resolved: Kestrel takes every interface for a name that it does not know.
    private static bool TryReadHost(string text, out IPAddress address)
    {
        address = IPAddress.Loopback;
        return text == "localhost" || ((text.Contains(':') || text.Count(c => c == '.') == 3) && IPAddress.TryParse(text, out address!));
    }
}
