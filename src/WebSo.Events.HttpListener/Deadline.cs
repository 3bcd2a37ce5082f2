namespace WebSo.Events;

// The time that a stop may take, or less if its caller gives up.
internal sealed class Deadline : IDisposable
{
    private readonly TaskCompletionSource<bool> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _registration;

    public Deadline(TimeProvider timeProvider, TimeSpan time, CancellationToken cancellationToken)
    {
        _timer = timeProvider.CreateTimer(_ => _over.TrySetResult(true), null, time, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.Register(() => _over.TrySetResult(true));
    }

    public async Task<bool> IsDoneInTimeAsync(Task task) => await Task.WhenAny(task, _over.Task).ConfigureAwait(false) == task;

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
