using System.Globalization;
using PostgreSqlLoad;
using WebSo.Events;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["receiver", var variant, var connection, var schema])
{
    await Receiver.RunAsync(Enum.Parse<Variant>(variant), connection, schema);
    return;
}

LoadClient.UseOneThread();
var time = TimeSpan.FromMilliseconds(700);
await using var server = new PostgreSqlServer();
await server.InitializeAsync();
await using var database = new Database(server.ConnectionString);
Console.WriteLine($"{Machine.Describe(await database.ReadAsync<string>("SHOW data_directory"))}, "
    + $"PostgreSQL {await database.ReadAsync<string>("SHOW server_version")}, fsync {await database.ReadAsync<string>("SHOW fsync")}, "
    + $"load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}");

if (args is ["rows", var rows, var rowRounds])
{
    await database.CreateAsync("empty", 0);
    await database.CreateAsync("kept", long.Parse(rows, CultureInfo.InvariantCulture));
    await RunAsync(int.Parse(rowRounds, CultureInfo.InvariantCulture),
    [
        () => Start("an empty table", Variant.AcceptAndHandle, "empty", 1, 16),
        () => Start($"{rows} rows kept", Variant.AcceptAndHandle, "kept", 1, 16),
    ]);
    return;
}

var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
foreach (var name in (string[])["accepting", "one", "two", "four"])
    await database.CreateAsync(name, 0);
await RunAsync(rounds,
[
    () => Start("bare endpoint", Variant.Bare, null, 1, 64),
    () => Start("accepted", Variant.Accept, "accepting", 1, 64),
    () => Start("accepted and handled, 1 instance", Variant.AcceptAndHandle, "one", 1, 64),
    () => Start("accepted and handled, 2 instances", Variant.AcceptAndHandle, "two", 2, 64),
    () => Start("accepted and handled, 4 instances", Variant.AcceptAndHandle, "four", 4, 64),
]);

Group Start(string name, Variant variant, string? schema, int instances, int connections) =>
    new(database, server.ConnectionString, name, variant, schema, instances, connections);

// In turns, so that what else the machine does hits all. Ratios are those to the first.
async Task RunAsync(int rounds, IReadOnlyList<Func<Group>> starts)
{
    var groups = starts.Select(start => start()).ToList();
    foreach (var group in groups)
        await group.WarmUpAsync();
    for (var round = 0; round < rounds; round++)
    {
        foreach (var group in round % 2 == 0 ? groups : [.. groups.AsEnumerable().Reverse()])
            await group.TakeTurnAsync(time);
    }

    Console.WriteLine("| | calls/s | CPU µs/call | of PostgreSQL | median µs | p99 µs | calls/commit | calls/s : first | CPU : first |");
    Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    foreach (var group in groups)
    {
        var turn = Turn.MedianOf(group.Turns);
        var speed = Turn.MedianRatio(group.Turns, groups[0].Turns, turn => turn.PerSecond);
        var processor = Turn.MedianRatio(group.Turns, groups[0].Turns, turn => turn.Processor + turn.Database);
        Console.WriteLine(
            $"| {group.Name} | {turn.PerSecond:F0} | {turn.Processor:F0} | {turn.Database:F0} | {turn.Median:F0} | {turn.Last:F0} | {turn.PerCommit:F1} | {speed:F3} | {processor:F2} |");
        group.Dispose();
    }
}
