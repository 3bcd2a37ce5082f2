using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace WebSo.Events.Tool.Commands;

internal sealed class SimulateCommand
{
    // Keeps document IDs within the range of int.
    private const int MaxDocuments = 1_000_000_000;

    private readonly Option<FileInfo?> _config = SharedOptions.Config("The server's config.ini, with URL, filter, retries and additional headers.");
    private readonly Option<string?> _url = SharedOptions.Url("The URL of the receiver. It overrides webso_events_url. Without --config, there are no retries.");
    private readonly Option<FileInfo?> _esign = new("--esign") { Description = "An ESign XML to upload, repeatedly until there are enough documents." };
    private readonly Option<int> _documents = ValueOption.Whole("--documents", "The number of documents.", 10, 1, MaxDocuments);
    private readonly Option<int> _signers = ValueOption.Whole("--signers", "The number of users who sign each document.", 2, 1, 1000);
    private readonly Option<int> _fields = ValueOption.Whole("--fields", "The number of fields for each user.", 2, 1, 1000);
    private readonly Option<int> _first = ValueOption.Whole(
        "--first-document-id", "The ID of the first document. If you reuse IDs from an earlier run, an inbox may treat the events as duplicates.", 1, 1, MaxDocuments);
    private readonly Option<int> _seed = ValueOption.Whole(
        "--seed", "The seed that decides which fields are rejected and which events get faults.", 0, int.MinValue, int.MaxValue);
    private readonly Option<int> _parallel = ValueOption.Whole("--parallel", "The number of documents to process at the same time.", 4, 1, 10_000);
    private readonly Option<double> _rate = ValueOption.Number("--rate", "The approximate maximum number of events per second. 0 means no limit.", 0, 0.001, 1_000_000);
    private readonly Option<bool> _serial = new("--serial") { Description = "Send the next event of a document only after the previous one was answered with 200 or given up." };
    private readonly Option<WebSoFaults> _faults = new("--faults") { Description = $"The faults to inject, separated by commas: {FaultNames.List}.", HelpName = "list", CustomParser = FaultNames.Parse };
    private readonly Option<double> _faultRate = ValueOption.Number("--fault-rate", "The probability, from 0 to 1, that each fault affects an event.", 0.1, 0, 1);
    private readonly Option<int> _generation = SharedOptions.Generation();
    private readonly Option<bool> _json = SharedOptions.Json();

    public static Command Create() => new SimulateCommand().Build();

    private Command Build()
    {
        var command = new Command("simulate", "Simulates whole documents: upload, rendering, signatures and rejections. The exit code is 0 if the receiver answered 200 to every event.");
        foreach (var option in new Option[] { _config, _url, _esign, _documents, _signers, _fields, _first, _seed, _parallel, _rate, _serial, _faults, _faultRate, _generation, _json })
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
            await parsed.InvocationConfiguration.Error.WriteLineAsync("Nothing was sent: webso_events_filter excludes every event, or no document has a URL.");
        return summary is { IsEmpty: false, IsComplete: true } ? 0 : ToolAction.Failed;
    }

    private WebSoServerConfiguration ReadConfiguration(ParseResult parsed)
    {
        var configuration = SharedOptions.ReadConfiguration(parsed.GetValue(_config));
        if (configuration.Url is null && parsed.GetValue(_url) is null && parsed.GetValue(_esign) is null)
            throw new InvalidDataException("webso_events_url is not set, so nothing would be sent. Set it, or use --url.");

        return configuration;
    }

    private WebSoEmulator CreateEmulator(ParseResult parsed, Action<WebSoDeliveryAttempt> onAttempt) => new(
        ReadConfiguration(parsed),
        new()
        {
            OverlapCalls = !parsed.GetValue(_serial),
            FirstDocumentId = parsed.GetValue(_first),
            Url = parsed.GetValue(_url),
            Generation = (WebSoServerGeneration)parsed.GetValue(_generation),
            Faults = parsed.GetValue(_faults),
            FaultRate = parsed.GetValue(_faultRate),
            Seed = parsed.GetValue(_seed),
            LogCapacity = 0,
            OnAttempt = onAttempt,
        });
}
