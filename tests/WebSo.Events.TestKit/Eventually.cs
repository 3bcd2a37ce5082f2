using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Waits for what another session or thread does and nothing tells of.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"It did not come to: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);
}
