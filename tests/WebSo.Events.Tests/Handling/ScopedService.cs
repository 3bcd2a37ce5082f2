namespace WebSo.Events.Tests;

internal sealed class ScopedService(Journal journal) : IAsyncDisposable
{
    public int Number { get; } = journal.Entries.Count(entry => entry.StartsWith("disposed", StringComparison.Ordinal)) + 1;

    public ValueTask DisposeAsync() => journal.Add($"disposed {Number}");
}
