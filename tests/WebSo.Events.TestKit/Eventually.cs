using Xunit;

namespace WebSo.Events;

/// <summary>Polls for a change that another process, session or thread makes and can't report.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static Task TrueAsync(Func<Task<bool>> condition, string what) => FindAsync(async () => await condition() ? "" : null, what);

    /// <summary>Waits until a value is found, and returns it.</summary>
    public static async Task<T> FindAsync<T>(Func<Task<T?>> find, string what)
        where T : class
    {
        var token = TestContext.Current.CancellationToken;
        using var limit = new CancellationTokenSource(Deadline.Time * 2);
        while (true)
        {
            if (await find() is { } found)
                return found;
            Assert.False(limit.IsCancellationRequested, $"This did not happen: {what}");
            await Task.Delay(s_interval, token);
        }
    }
}
