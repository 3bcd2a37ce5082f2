using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WebSo.Events.ScaleOutTest;

// What was done to the processes and when, in ticks of Stopwatch.
internal sealed class Disturbances
{
    private readonly ConcurrentDictionary<int, long> _kills = new();
    private readonly ConcurrentBag<Pause> _stops = [];
    private readonly ConcurrentBag<Pause> _outages = [];

    public int Kills => _kills.Count;

    public int ShortStops => _stops.Count(stop => !stop.IsBeyondLease);

    public int LongStops => _stops.Count(stop => stop.IsBeyondLease);

    public int Restarts => _outages.Count;

    public void Killed(int run, long tick) => _kills[run] = tick;

    public void Stopped(int run, long begin, long end) => _stops.Add(new Pause(run, begin, end));

    public void DatabaseGone(long begin, long end) => _outages.Add(new Pause(0, begin, end));

    public long? KilledAt(int run) => _kills.TryGetValue(run, out var tick) ? tick : null;

    public bool WasStopped(int run, long begin, long end) => _stops.Any(stop => stop.Run == run && stop.IsBeyondLease && stop.Meets(begin, end));

    public bool WasDatabaseGone(long begin, long end) => _outages.Any(outage => outage.Meets(begin, end));

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pause(int Run, long Begin, long End)
    {
        // Two thirds of it may have been left when the process was stopped.
        public bool IsBeyondLease => Stopwatch.GetElapsedTime(Begin, End) >= Lease.Third * 2;

        public bool Meets(long begin, long end) => Begin <= end && End >= begin;
    }
}
