namespace WebSo.Events.Emulator.Faults;

// SplitMix64: the numbers of a seed must be the same on every runtime, which System.Random does not promise.
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    // From 0 inclusive to 1 exclusive.
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    // From 0 inclusive to the limit exclusive.
    public int NextInt32(int limit) => (int)(NextDouble() * limit);
}
