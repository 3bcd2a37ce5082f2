using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace WebSo.Events;

internal sealed class SimulateCommand
{
    // So that no document's ID is beyond what an int holds.
    private const int MaxDocuments = 1_000_000_000;

    private readonly Option<FileInfo?> _config = SharedOptions.Config("The server's config.ini: URL, filter, repeats and extra headers.");
    private readonly Option<string?> _url = SharedOptions.Url("The receiver. Alone, each event is tried once; with --config, it takes the place of webso_events_url.");
    private readonly Option<FileInfo?> _esign = new("--esign") { Description = "An ESign XML that is uploaded for the documents, again until there are enough." };
    private readonly Option<int> _documents = ValueOption.Whole("--documents", "How many documents.", 10, 1, MaxDocuments);
    private readonly Option<int> _signers = ValueOption.Whole("--signers", "How many users sign each document.", 2, 1, 1000);
    private readonly Option<int> _fields = ValueOption.Whole("--fields", "How many fields each of them has.", 2, 1, 1000);
    private readonly Option<int> _first = ValueOption.Whole(
        "--first-document-id", "The ID of the first document. An inbox may take the same IDs again for repeats.", 1, 1, MaxDocuments);
    private readonly Option<int> _seed = ValueOption.Whole(
        "--seed", "Which fields are rejected and where faults strike follows from it.", 0, int.MinValue, int.MaxValue);
    private readonly Option<int> _parallel = ValueOption.Whole("--parallel", "How many documents live at once.", 4, 1, 10_000);
    private readonly Option<double> _rate = ValueOption.Number("--rate", "At most so many events a second, about. 0: no limit.", 0, 0.001, 1_000_000);
    private readonly Option<WebSoDeliveryOrder> _delivery = ValueOption.Of<WebSoDeliveryOrder>(
        "--delivery", "Whether calls for one document may overlap: concurrent (the default) or serial.", "concurrent or serial", TryReadOrder);
    private readonly Option<WebSoFaults> _faults = new("--faults") { Description = $"What goes wrong on purpose: some of {FaultNames.List}.", HelpName = "list", CustomParser = FaultNames.Parse };
    private readonly Option<double> _faultRate = ValueOption.Number("--fault-rate", "How likely each fault strikes an event, from 0 to 1.", 0.1, 0, 1);
    private readonly Option<WebSoUnsetRetry> _unsetRetry = SharedOptions.UnsetRetry();
    private readonly Option<bool> _json = SharedOptions.Json();

    public static Command Create() => new SimulateCommand().Build();

    private static bool TryReadOrder(string text, out WebSoDeliveryOrder order)
    {
        order = text == "serial" ? WebSoDeliveryOrder.SerialPerDocument : WebSoDeliveryOrder.Concurrent;
        return text is "concurrent" or "serial";
    }

    private Command Build()
    {
        var command = new Command("simulate", "Lets whole documents live: upload, rendering, signatures, some rejected. Ends with 0 when every event that was sent reached 200.");
        foreach (var option in new Option[] { _config, _url, _esign, _documents, _signers, _fields, _first, _seed, _parallel, _rate, _delivery, _faults, _faultRate, _unsetRetry, _json })
            command.Options.Add(option);
        SharedOptions.RequireUrlOrConfig(command, _url, _config);
        command.SetToolAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = new ToolOutput(parsed.GetValue(_json));
        var summary = new SimulationSummary();
        var options = new SimulationOptions
        {
            Documents = parsed.GetValue(_documents),
            Signers = parsed.GetValue(_signers),
            Fields = parsed.GetValue(_fields),
            Seed = parsed.GetValue(_seed),
            Parallel = parsed.GetValue(_parallel),
            Rate = parsed.GetValue(_rate),
            ESign = parsed.GetValue(_esign),
        };
        await using var emulator = CreateEmulator(parsed, summary.Add);
        var simulation = new Simulation(emulator, options);
        var watch = Stopwatch.StartNew();
        if (output.IsJson || Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            await simulation.RunAsync(() => { }, cancellationToken);
        }
        else
        {
            await AnsiConsole.Progress().StartAsync(async progress =>
            {
                var bar = progress.AddTask("documents", maxValue: options.Documents);
                await simulation.RunAsync(() => bar.Increment(1), cancellationToken);
            });
        }

        summary.Print(output, options.Documents, watch.Elapsed);
        if (summary.IsEmpty)
            await parsed.InvocationConfiguration.Error.WriteLineAsync("Nothing was sent: webso_events_filter keeps every event out, or no document has a URL.");
        return summary is { IsEmpty: false, IsComplete: true } ? 0 : ToolAction.Failed;
    }

    private WebSoServerConfiguration ReadConfiguration(ParseResult parsed)
    {
        var configuration = SharedOptions.ReadConfiguration(parsed.GetValue(_config));
        if (configuration.Url is null && parsed.GetValue(_url) is null && parsed.GetValue(_esign) is null)
            throw new InvalidDataException("webso_events_url is not set, so nothing would be sent: set it, or give --url.");

        return configuration;
    }

    private WebSoEmulator CreateEmulator(ParseResult parsed, Action<WebSoDeliveryAttempt> onAttempt) => new(
        ReadConfiguration(parsed),
        new()
        {
            Delivery = parsed.GetValue(_delivery),
            FirstDocumentId = parsed.GetValue(_first),
            Sender =
            {
                Url = parsed.GetValue(_url),
                UnsetRetry = parsed.GetValue(_unsetRetry),
                Faults = parsed.GetValue(_faults),
                FaultRate = parsed.GetValue(_faultRate),
                Seed = parsed.GetValue(_seed),
                LogCapacity = 0,
                OnAttempt = onAttempt,
            },
        });
}
