namespace WebSo.Events.Tests;

internal sealed class FailingDisposal : IAsyncDisposable
{
    public ValueTask DisposeAsync() => throw new IOException("The unit of work could not be saved.");
}
