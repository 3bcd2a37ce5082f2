using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Tool.Commands;

internal sealed class ListenCommand
{
    private const int MaxConnections = 100;

    private readonly Option<int> _port = ValueOption.Whole("--port", "The port to listen on. 0 selects a free port.", 8085, 0, 65535);
    private readonly Option<IPAddress> _host = ValueOption.Of<IPAddress>(
        "--host",
        "The IP address to listen on. Use 0.0.0.0 to accept calls from other machines. Default: 127.0.0.1.",
        "an IP address of this machine, localhost, or 0.0.0.0 to accept calls from other machines",
        TryReadHost);

    private readonly Option<int> _answer = ValueOption.Whole("--answer", "The status code to answer. The server retries for any status code except 200.", 200, 200, 599);
    private readonly Option<FileInfo?> _record = new("--record") { Description = "A file to append each call to, with its exact bytes and time. Only its owner can read it." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Show headers. Values that can be secret are hidden." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public static Command Create() => new ListenCommand().Build();

    private Command Build()
    {
        _host.DefaultValueFactory = _ => IPAddress.Loopback;
        var command = new Command("listen", "Receives calls at any path and shows each event. Press Ctrl+C to stop.") { _port, _host, _answer, _record, _verbose, _json };
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
        // The command line handles Ctrl+C. The host's own handler would stop the application a second time at the same moment.
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
                SocketError.AddressNotAvailable => $"--host is '{parsed.GetValue(_host)}', which is not an address of this machine. Use one that is.",
                SocketError.AccessDenied => $"--port is {parsed.GetValue(_port)}, which this user is not allowed to listen on. Use a port from 1024 to 65535.",
                _ => $"Can't listen on --host '{parsed.GetValue(_host)}' and --port {parsed.GetValue(_port)}. Reason: {e.Message}.",
            };
            throw new IOException(fix, e);
        }
    }

    // Accepts no host names: Kestrel listens on every interface for a name that it does not know.
    private static bool TryReadHost(string text, out IPAddress address)
    {
        address = IPAddress.Loopback;
        return text == "localhost" || ((text.Contains(':') || text.Count(c => c == '.') == 3) && IPAddress.TryParse(text, out address!));
    }
}
