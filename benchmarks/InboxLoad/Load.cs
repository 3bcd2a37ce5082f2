using System.Diagnostics;

namespace InboxLoad;

// What a turn of the client saw: its time, and the times of its calls in ticks of Stopwatch, the shortest first.
internal sealed record Load(TimeSpan Elapsed, long[] Times)
{
    public int Calls => Times.Length;

    public double PerSecond => Calls / Elapsed.TotalSeconds;

    public double Microseconds(double part) => Stopwatch.GetElapsedTime(0, Times[(int)((Calls - 1) * part)]).TotalMicroseconds;
}
