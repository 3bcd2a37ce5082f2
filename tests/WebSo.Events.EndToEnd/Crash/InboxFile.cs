using Microsoft.Extensions.Logging.Abstractions;

namespace WebSo.Events.EndToEnd.Crash;

internal static class InboxFile
{
    public static Task WaitUntilHandledAsync(string path, CancellationToken cancellationToken) =>
        WaitUntilAsync(path, backlog => backlog is { Pending: 0, Handling: 0 }, cancellationToken);

    public static async Task WaitUntilAsync(string path, Func<WebSoInboxBacklog, bool> condition, CancellationToken cancellationToken)
    {
        await using var engine = SqliteInbox.CreateEngine(path, new WebSoSqliteOptions(), TimeProvider.System, NullLogger.Instance, createSchema: false);
        while (!condition(await engine.Reader.GetBacklogAsync(null, cancellationToken)))
            await Task.Delay(20, cancellationToken);
    }
}
