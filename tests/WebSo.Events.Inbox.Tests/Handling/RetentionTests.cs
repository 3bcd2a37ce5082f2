using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// Rows that can't be removed do not keep other rows.
public sealed class RetentionTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("stuck1", 1)]
    [InlineData("stuck%", 3)]
    public async Task Purge_RowsThatCannotBeRemoved_RemovesAllOthers(string refused, int left)
    {
        await using var host = await InboxHost.StartAsync(
            _folder.File(), endpoint => endpoint.AddHandler<UserFinishEvent>("u", (_, _, _) => default), timeProvider: _time);
        foreach (var document in new[] { "a", "stuck1", "b", "stuck2", "stuck3", "c" })
            await host.PostAsync(Finish(document));
        await host.PostAsync("{}");
        while ((await host.Inbox.CountAsync(Token)).GetValueOrDefault(WebSoInboxState.Handled) < 6)
            await Task.Delay(5, Token);
        TestFile.Execute(
            _folder.File(), $"CREATE TRIGGER refuse BEFORE DELETE ON webso_deliveries WHEN old.document LIKE '{refused}' BEGIN SELECT RAISE(ABORT, 'not this one'); END");

        _time.Advance(TimeSpan.FromDays(400));

        while (await host.Inbox.CountAsync(Token) is var counts && (counts.Count != 1 || counts.GetValueOrDefault(WebSoInboxState.Handled) != left))
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(5, Token);
        }

        host.Log.Messages("PurgeFailed").Should().NotBeEmpty();
    }
}
