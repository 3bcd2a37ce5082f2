namespace WebSo.Events;

// The time that a stop may take, or less if its caller gives up. It is the time of the machine, since a clock that a test holds still
// would hold up the stop.
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
