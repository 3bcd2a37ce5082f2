using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace WebSo.Events;

internal sealed class SimulateCommand
{
    private readonly Option<FileInfo?> _config = SharedOptions.Config("The server's config.ini: URL, filter, repeats and extra headers.");
    private readonly Option<string?> _url = SharedOptions.Url("The receiver. Alone, each event is tried once; with --config, it takes the place of webso_events_url.");
    private readonly Option<FileInfo?> _esign = new("--esign") { Description = "An ESign XML that is uploaded for the documents, again until there are enough." };
    private readonly Option<int> _documents = Number("--documents", "How many documents.", 10, 1);
    private readonly Option<int> _signers = Number("--signers", "How many users sign each document.", 2, 1);
    private readonly Option<int> _fields = Number("--fields", "How many fields each of them has.", 2, 1);
    private readonly Option<int> _first = Number("--first-document-id", "The ID of the first document. An inbox may take the same IDs again for repeats.", 1, 1);
    private readonly Option<int> _seed = Number("--seed", "Which fields are rejected and where faults strike follows from it.", 0, int.MinValue);
    private readonly Option<int> _parallel = Number("--parallel", "How many documents live at once.", 4, 1);
    private readonly Option<double> _rate = new("--rate") { Description = "At most so many events a second, about. 0: no limit.", DefaultValueFactory = _ => 0 };
    private readonly Option<string> _delivery = new("--delivery") { Description = "Whether calls for one document may overlap.", DefaultValueFactory = _ => "concurrent" };
    private readonly Option<WebSoFaults> _faults = new("--faults") { Description = $"What goes wrong on purpose: some of {FaultNames.List}.", HelpName = "list", CustomParser = FaultNames.Parse };
    private readonly Option<double> _faultRate = new("--fault-rate") { Description = "How likely each fault strikes an event, from 0 to 1.", DefaultValueFactory = _ => 0.1 };
    private readonly Option<WebSoUnsetRetry> _unsetRetry = SharedOptions.UnsetRetry();
    private readonly Option<bool> _json = SharedOptions.Json();

    public static Command Create() => new SimulateCommand().Build();

    private static Option<int> Number(string name, string description, int value, int minimum)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < minimum)
                result.AddError($"{name} is at least {minimum}.");
        });
        return option;
    }

    private Command Build()
    {
        SharedOptions.RequireRange(_rate, 0, double.MaxValue);
        SharedOptions.RequireRange(_faultRate, 0, 1);
        _delivery.AcceptOnlyFromAmong("concurrent", "serial");
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
        var options = new SimulationOptions(
            parsed.GetValue(_documents),
            parsed.GetValue(_signers),
            parsed.GetValue(_fields),
            parsed.GetValue(_seed),
            parsed.GetValue(_parallel),
            parsed.GetValue(_rate),
            parsed.GetValue(_esign));
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
            await Console.Error.WriteLineAsync("Nothing was sent: webso_events_filter keeps every event out, or no document has a URL.");
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
            Delivery = parsed.GetValue(_delivery) == "serial" ? WebSoDeliveryOrder.SerialPerDocument : WebSoDeliveryOrder.Concurrent,
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
