namespace InboxBenchmark;

// The calls of the client in one turn. A turn ends after the duration or the number of calls.
internal sealed record Workload(string Name, int Connections)
{
    public TimeSpan? Time { get; init; }

    public int? Calls { get; init; }

    // All events belong to one document, so they are handled one after another.
    public bool IsOneDocument { get; init; }

    // Handlers wait until all calls are answered, so that only the handling is measured.
    public bool IsDrain { get; init; }
}
