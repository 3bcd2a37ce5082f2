namespace InboxBenchmark;

// What the client does in one turn. Stops after the time or the number of calls, whichever is set.
internal sealed record Workload(string Name, int Connections)
{
    public TimeSpan? Time { get; init; }

    public int? Calls { get; init; }

    // All events belong to one document, so they are handled one after another.
    public bool IsOneDocument { get; init; }

    // Handlers wait until all calls are answered; then only the handling is measured.
    public bool IsDrain { get; init; }
}
