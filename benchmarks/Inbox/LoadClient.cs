using System.Diagnostics;

namespace InboxBenchmark;

// Connections with one call after another on each, all on one thread, so that the client uses little processor time.
internal static class LoadClient
{
    private static readonly string[] s_settings = ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"];

    // Runs continuations on the thread that receives the response. Call this method before the first socket is created.
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

    // The durations of all calls in Stopwatch ticks, shortest first.
    public static async Task<long[]> RunAsync(Uri url, Workload workload)
    {
        var callers = await Task.WhenAll(Enumerable.Range(0, workload.Connections).Select(_ => Caller.ConnectAsync(url, workload.IsOneDocument)));
        var begin = Stopwatch.GetTimestamp();
        var left = workload.Calls ?? int.MaxValue;
        var times = await Task.WhenAll(callers.Select(CallAsync));
        foreach (var caller in callers)
            caller.Dispose();
        return [.. times.SelectMany(ticks => ticks).Order()];

        async Task<List<long>> CallAsync(Caller caller)
        {
            var ticks = new List<long>(4096);
            while ((workload.Time is not { } time || Stopwatch.GetElapsedTime(begin) < time) && Interlocked.Decrement(ref left) >= 0)
            {
                var sent = Stopwatch.GetTimestamp();
                await caller.CallAsync();
                ticks.Add(Stopwatch.GetTimestamp() - sent);
            }

            return ticks;
        }
    }
}
