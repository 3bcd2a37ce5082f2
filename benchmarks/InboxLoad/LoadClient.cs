using System.Diagnostics;

namespace InboxLoad;

// Connections with one call after the other on each, all on one thread: it must cost less than what it measures.
internal static class LoadClient
{
    private static readonly string[] s_settings = ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"];

    // Continuations run where the answer arrives. To be called before the first socket is made.
    public static void UseOneThread()
    {
        foreach (var setting in s_settings)
            Environment.SetEnvironmentVariable(setting, "1");
    }

    public static void RemoveSettings(IDictionary<string, string?> environment)
    {
        foreach (var setting in s_settings)
            environment.Remove(setting);
    }

    public static async Task<Load> RunAsync(Uri url, int connections, TimeSpan time)
    {
        var callers = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Caller.ConnectAsync(url)));
        var watch = Stopwatch.StartNew();
        var times = await Task.WhenAll(callers.Select(caller => CallAsync(caller, watch, time)));
        var elapsed = watch.Elapsed;
        foreach (var caller in callers)
            caller.Dispose();
        return new Load(elapsed, [.. times.SelectMany(ticks => ticks).Order()]);
    }

    private static async Task<List<long>> CallAsync(Caller caller, Stopwatch watch, TimeSpan time)
    {
        var times = new List<long>(4096);
        while (watch.Elapsed < time)
        {
            var begin = Stopwatch.GetTimestamp();
            await caller.CallAsync();
            times.Add(Stopwatch.GetTimestamp() - begin);
        }

        return times;
    }
}
