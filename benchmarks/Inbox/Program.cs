using System.CommandLine;
using System.Globalization;
using InboxBenchmark;
using WebSo.Events;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["receiver", var own, var connection])
{
    await Receiver.RunAsync(Enum.Parse<Store>(own), connection);
    return 0;
}

var store = new Argument<Store>("store") { Description = "Sqlite or PostgreSql." };
var before = new Option<FileInfo?>("--before") { Description = "InboxBenchmark.dll of another build to compare with. Default: a bare endpoint." };
var rounds = new Option<int>("--rounds") { Description = "Turns of each receiver.", DefaultValueFactory = _ => 7 };
var only = new Option<string[]>("--only") { Description = "Workloads to run: 64, 16, 1, hot, drain. Default: all.", AllowMultipleArgumentsPerToken = true };
var rows = new Option<int>("--rows") { Description = "Compare an inbox with this many handled events with an empty one." };
var command = new RootCommand("Measures the inbox under load until the events are handled. Creates files in the working directory.") { store, before, rounds, only, rows };
command.SetAction((parsed, _) => RunAsync(
    parsed.GetValue(store), parsed.GetValue(before)?.FullName, parsed.GetValue(rounds), parsed.GetValue(only) ?? [], parsed.GetValue(rows)));
return await command.Parse(args).InvokeAsync();

static async Task RunAsync(Store store, string? before, int rounds, string[] only, int rows)
{
    LoadClient.UseOneThread();
    var time = TimeSpan.FromSeconds(1);
    Workload[] workloads =
    [
        new("64 connections", 64) { Time = time },
        new("16 connections", 16) { Time = time },
        new("1 connection", 1) { Time = time },
        new("hot document, 64 connections", 64) { Time = time, IsOneDocument = true },
        new("drain of 200,000 events", 64) { Calls = 200_000, IsDrain = true },
    ];
    var chosen = workloads.Where(workload => only.Length == 0 || only.Any(name => workload.Name.StartsWith(name + " ", StringComparison.Ordinal)));
    var folder = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, $"inbox-benchmark-{Environment.ProcessId}"));
    await using var server = new PostgreSqlServer();
    var program = typeof(Receiver).Assembly.Location;
    try
    {
        Console.WriteLine(Machine.Describe(folder.FullName));
        Database? database = null;
        if (store == Store.PostgreSql)
        {
            await server.InitializeAsync();
            database = new Database(server.ConnectionString);
        }

        var benchmark = new Benchmark(folder.FullName, database, store);
        List<Contender> contenders = rows > 0
            ? [benchmark.Start("empty", program), benchmark.Start($"{rows} events", program)]
            : [before is null ? benchmark.Start("bare endpoint", program, Store.None) : benchmark.Start("before", before), benchmark.Start("now", program)];
        foreach (var contender in contenders)
            await contender.WarmUpAsync();
        if (rows > 0)
            await contenders[1].FillAsync(rows);
        await Benchmark.RunAsync(contenders, chosen, rounds);
        contenders.ForEach(contender => contender.Dispose());
    }
    finally
    {
        folder.Delete(recursive: true);
    }
}
