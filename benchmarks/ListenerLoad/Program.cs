using System.Globalization;
using ListenerLoad;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Connections = 16;
if (args is ["client", var connections])
{
    await LoadClient.RunAsync(int.Parse(connections, CultureInfo.InvariantCulture));
    return;
}

// All listeners live in one process, and take turns: what else the machine does hits all of them.
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
var time = TimeSpan.FromMilliseconds(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200);
var contestants = new[]
{
    (Name: "bare", Url: "http://127.0.0.1:18181/webso/events/"),
    (Name: "WebSoEventListener, no handler", Url: "http://127.0.0.1:18182/webso/events/"),
    (Name: "WebSoEventListener, a handler", Url: "http://127.0.0.1:18183/webso/events/"),
};

using var bare = new BareListener(contestants[0].Url);
await using var withSink = WebSoEventListener.Start(
    contestants[1].Url,
    builder =>
    {
        builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true);
        builder.Services.AddKeyedSingleton<IEventSink>(builder.Name, new AnsweringSink());
    });
await using var withHandler = WebSoEventListener.Start(
    contestants[2].Url,
    builder => builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true)
        .AddHandler<StatusChangeEvent>("nothing", (_, _, _) => default));
using var client = new LoadProcess(Connections);

var samples = contestants.Select(_ => new List<Sample>()).ToArray();
foreach (var contestant in contestants)
    await client.MeasureAsync(contestant.Url, TimeSpan.FromSeconds(2));
for (var round = 0; round < rounds; round++)
{
    // Forth and back, so that none always comes after the same.
    for (var turn = 0; turn < contestants.Length; turn++)
    {
        var i = round % 2 == 0 ? turn : contestants.Length - 1 - turn;
        samples[i].Add(await client.MeasureAsync(contestants[i].Url, time));
    }
}

for (var i = 0; i < contestants.Length; i++)
{
    // The median says how it went, the least processor time what it costs when nothing else disturbs.
    var pairs = samples[0].Zip(samples[i]).ToList();
    var least = samples[i].Min(sample => sample.ProcessorTime);
    Console.WriteLine(
        $"{contestants[i].Name,-32} {Median(samples[i].Select(s => s.CallsPerSecond)),7:F0} calls/s, ratio {Median(pairs.Select(p => p.Second.CallsPerSecond / p.First.CallsPerSecond)):F3}"
        + $" | processor time {Median(samples[i].Select(s => s.ProcessorTime)):F1} µs/call, ratio {Median(pairs.Select(p => p.First.ProcessorTime / p.Second.ProcessorTime)):F3},"
        + $" least {least:F1}, ratio {samples[0].Min(sample => sample.ProcessorTime) / least:F3}"
        + $" | {Median(samples[i].Select(s => s.Allocated)):F0} bytes/call");
}

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToList();
    return sorted[sorted.Count / 2];
}
