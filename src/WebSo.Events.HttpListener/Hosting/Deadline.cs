namespace WebSo.Events.Listener.Hosting;

// Limits how long a stop takes. The caller's token can end it earlier. Uses the system clock, because a stop must also end when a test has
// frozen the TimeProvider.
internal sealed class Deadline : IDisposable
{
    private readonly TaskCompletionSource<bool> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _registration;

    public Deadline(TimeSpan time, CancellationToken cancellationToken)
    {
        _timer = TimeProvider.System.CreateTimer(_ => _over.TrySetResult(true), null, time, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.Register(() => _over.TrySetResult(true));
    }

    public async Task<bool> IsDoneInTimeAsync(Task task) => await Task.WhenAny(task, _over.Task).ConfigureAwait(false) == task;

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
