namespace WebSo.Events.Tests;

internal sealed class TestProgress : IDispatchProgress
{
    public List<string> Completed { get; } = [];

    public bool IsCompleted(string handlerName) => Completed.Contains(handlerName);

    public ValueTask CompletedAsync(string handlerName, CancellationToken cancellationToken)
    {
        Completed.Add(handlerName);
        return default;
    }
}
