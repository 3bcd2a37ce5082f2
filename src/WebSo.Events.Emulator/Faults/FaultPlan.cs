namespace WebSo.Events.Emulator.Faults;

// Chooses the faults of each event. A pure function of seed, document and ordinal, so that threads can't change the run.
internal sealed class FaultPlan(WebSoFaults faults, double rate, int seed)
{
    public const WebSoFaults NeedingSockets = WebSoFaults.SilentSecondPost | WebSoFaults.SlowRequest | WebSoFaults.TornRequest;

    private const int Count = 11;

    public WebSoFaults Draw(string documentId, int ordinal, out SeededRandom random)
    {
        random = new SeededRandom(Hash(documentId, ordinal));
        if (faults == WebSoFaults.None)
            return WebSoFaults.None;

        // Draws for each fault, enabled or not, so that enabling one more does not move the others.
        var drawn = WebSoFaults.None;
        for (var i = 0; i < Count; i++)
        {
            if (random.NextDouble() < rate)
                drawn |= (WebSoFaults)(1 << i);
        }

        return WithoutImpossible(drawn & faults);
    }

    // A first attempt fails in one way only.
    private static WebSoFaults WithoutImpossible(WebSoFaults drawn)
    {
        if (drawn.HasFlag(WebSoFaults.TornRequest))
            return drawn & ~(WebSoFaults.SilentSecondPost | WebSoFaults.SlowRequest | WebSoFaults.LostAnswer);
        if (drawn.HasFlag(WebSoFaults.SilentSecondPost))
            return drawn & ~WebSoFaults.SlowRequest;
        return drawn;
    }

    // FNV-1a.
    private ulong Hash(string documentId, int ordinal)
    {
        const ulong Prime = 0x100000001B3;
        var hash = 0xCBF29CE484222325;
        foreach (var c in documentId)
            hash = (hash ^ c) * Prime;
        hash = (hash ^ (uint)ordinal) * Prime;
        return (hash ^ (uint)seed) * Prime;
    }
}
