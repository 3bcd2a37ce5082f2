using System.Globalization;
using ListenerLoad;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

// Both listeners live in one process, and take turns: what else the machine does hits both.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
var time = TimeSpan.FromSeconds(2);
const int Connections = 16;
var bareUrl = new Uri("http://127.0.0.1:18181/webso/events/");
var ourUrl = new Uri("http://127.0.0.1:18182/webso/events/");

using var bare = new BareListener(bareUrl.ToString());
await using var ours = WebSoEventListener.Start(
    ourUrl.ToString(),
    builder => builder.AddHandler<StatusChangeEvent>("nothing", (_, _, _) => default));

await LoadClient.MeasureAsync(bareUrl, Connections, time);
await LoadClient.MeasureAsync(ourUrl, Connections, time);

var ratios = new List<double>();
for (var round = 1; round <= rounds; round++)
{
    // Turns in turn: the second of a pair may find the machine in another state.
    var bareFirst = round % 2 == 1;
    var first = await LoadClient.MeasureAsync(bareFirst ? bareUrl : ourUrl, Connections, time);
    var second = await LoadClient.MeasureAsync(bareFirst ? ourUrl : bareUrl, Connections, time);
    var (bareRate, ourRate) = bareFirst ? (first, second) : (second, first);
    ratios.Add(ourRate / bareRate);
    Console.WriteLine($"{round}: bare {bareRate:F0}/s, WebSoEventListener {ourRate:F0}/s, ratio {ourRate / bareRate:F3}");
}

ratios.Sort();
Console.WriteLine($"median ratio {ratios[ratios.Count / 2]:F3}, from {ratios[0]:F3} to {ratios[^1]:F3}");
