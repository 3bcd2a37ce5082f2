using System.Globalization;
using ListenerLoad;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

// Both listeners live in one process, and take turns: what else the machine does hits both.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 41;
var time = TimeSpan.FromMilliseconds(500);
const int Connections = 16;
var bareUrl = new Uri("http://127.0.0.1:18181/webso/events/");
var ourUrl = new Uri("http://127.0.0.1:18182/webso/events/");

using var bare = new BareListener(bareUrl.ToString());
await using var ours = WebSoEventListener.Start(
    ourUrl.ToString(),
    builder => builder.AddHandler<StatusChangeEvent>("nothing", (_, _, _) => default));

await LoadClient.MeasureAsync(bareUrl, Connections, time);
await LoadClient.MeasureAsync(ourUrl, Connections, time);

var byTime = new List<double>();
var byProcessorTime = new List<double>();
for (var round = 1; round <= rounds; round++)
{
    // Turns in turn: the second of a pair may find the machine in another state.
    var bareFirst = round % 2 == 1;
    var first = await LoadClient.MeasureAsync(bareFirst ? bareUrl : ourUrl, Connections, time);
    var second = await LoadClient.MeasureAsync(bareFirst ? ourUrl : bareUrl, Connections, time);
    var (bareRate, ourRate) = bareFirst ? (first, second) : (second, first);
    byTime.Add(ourRate.PerSecond / bareRate.PerSecond);
    byProcessorTime.Add(ourRate.PerProcessorSecond / bareRate.PerProcessorSecond);
    Console.WriteLine($"{round}: bare {bareRate.PerSecond:F0}/s, WebSoEventListener {ourRate.PerSecond:F0}/s, ratio {byTime[^1]:F3}; by processor time {byProcessorTime[^1]:F3}");
}

Print("by time", byTime);
Print("by processor time", byProcessorTime);

static void Print(string name, List<double> ratios)
{
    ratios.Sort();
    Console.WriteLine($"median ratio {name} {ratios[ratios.Count / 2]:F3}, from {ratios[0]:F3} to {ratios[^1]:F3}");
}
