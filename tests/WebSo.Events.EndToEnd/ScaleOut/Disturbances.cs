using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WebSo.Events.EndToEnd.ScaleOut;

// Records what the test did to the processes, and when, in ticks of Stopwatch.
internal sealed class Disturbances
{
    private readonly ConcurrentDictionary<int, long> _kills = new();
    private readonly ConcurrentBag<Pause> _stops = [];

    public int Kills => _kills.Count;

    public int ShortStops => _stops.Count(stop => !stop.IsBeyondLease);

    public int LongStops => _stops.Count(stop => stop.IsBeyondLease);

    public int Restarts { get; private set; }

    public void Killed(int run, long tick) => _kills[run] = tick;

    public void Stopped(int run, long begin, long end) => _stops.Add(new Pause(run, begin, end));

    public void DatabaseRestarted() => Restarts++;

    public long? KilledAt(int run) => _kills.TryGetValue(run, out var tick) ? tick : null;

    public bool WasStopped(int run, long begin, long end) => _stops.Any(stop => stop.Run == run && stop.IsBeyondLease && stop.Meets(begin, end));

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pause(int Run, long Begin, long End)
    {
        public bool IsBeyondLease => Stopwatch.GetElapsedTime(Begin, End) >= Receiver.LongStop;

        public bool Meets(long begin, long end) => Begin <= end && End >= begin;
    }
}
