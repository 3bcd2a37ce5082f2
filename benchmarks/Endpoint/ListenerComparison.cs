using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

namespace EndpointBenchmark;

// Compares WebSoEventListener with a bare HttpListener loop. All listeners are in one process and take turns, so that other load affects all of them.
internal static class ListenerComparison
{
    private const int Connections = 16;

    private static readonly (string Name, string Url)[] s_contestants =
    [
        ("bare", "http://127.0.0.1:18181/webso/events/"),
        ("WebSoEventListener, no handler", "http://127.0.0.1:18182/webso/events/"),
        ("WebSoEventListener, a handler", "http://127.0.0.1:18183/webso/events/"),
    ];

    public static async Task RunAsync(int rounds, TimeSpan time)
    {
        using var bare = new BareListener(s_contestants[0].Url);
        await using var withSink = WebSoEventListener.Start(
            s_contestants[1].Url,
            builder =>
            {
                builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true);
                builder.Services.AddKeyedSingleton<IEventSink>(builder.Name, new AnsweringSink());
            });
        await using var withHandler = WebSoEventListener.Start(
            s_contestants[2].Url,
            builder => builder.Services.AddWebSoEvents(options => options.AllowAnonymousCalls = true)
                .AddHandler<StatusChangeEvent>("nothing", (_, _, _) => default));
        Print(await MeasureAsync(rounds, time));
    }

    private static async Task<List<Sample>[]> MeasureAsync(int rounds, TimeSpan time)
    {
        using var client = new LoadProcess(Connections);
        var samples = s_contestants.Select(_ => new List<Sample>()).ToArray();
        foreach (var contestant in s_contestants)
            await client.MeasureAsync(contestant.Url, TimeSpan.FromSeconds(2));

        for (var round = 0; round < rounds; round++)
        {
            // Alternates the order, so that no listener always runs after the same one.
            for (var turn = 0; turn < s_contestants.Length; turn++)
            {
                var i = round % 2 == 0 ? turn : s_contestants.Length - 1 - turn;
                samples[i].Add(await client.MeasureAsync(s_contestants[i].Url, time));
            }
        }

        return samples;
    }

    // The median shows a typical turn. The minimum processor time shows the cost without other load.
    private static void Print(List<Sample>[] samples)
    {
        var (culture, first) = (CultureInfo.InvariantCulture, samples[0].Min(sample => sample.ProcessorTime));
        for (var i = 0; i < s_contestants.Length; i++)
        {
            var pairs = samples[0].Zip(samples[i]).ToList();
            var least = samples[i].Min(sample => sample.ProcessorTime);
            Console.WriteLine(
                string.Create(culture, $"{s_contestants[i].Name,-32} {Median(samples[i].Select(s => s.CallsPerSecond)),7:F0} calls/s, ratio {Median(pairs.Select(p => p.Second.CallsPerSecond / p.First.CallsPerSecond)):F3}")
                + string.Create(culture, $" | processor time {Median(samples[i].Select(s => s.ProcessorTime)):F1} µs/call, ratio {Median(pairs.Select(p => p.First.ProcessorTime / p.Second.ProcessorTime)):F3},")
                + string.Create(culture, $" least {least:F1}, ratio {first / least:F3} | {Median(samples[i].Select(s => s.Allocated)):F0} bytes/call"));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
