using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>An old and a new process side by side. The new one has migrated the schema to a version 2, which does not exist yet.</summary>
public abstract class VersionEngineContract : EngineContract
{
    private const string Refusal = "*schema version 2*supports up to 1*Update this program*restore the backup*Nothing was changed*";

    [Fact]
    public async Task Migration_OldProcessIsRunning_FailsWithTheFixAndChangesNothing()
    {
        var id = await AppendAsync(Delivery("1", key: "a"));
        await AppendAsync(Delivery("2"));
        var lease = (await ClaimAsync(1))[0];
        Migrate();

        var append = () => Engine.AppendAsync(Delivery("3"), Token);
        var repeat = () => Engine.AppendAsync(Delivery("1", key: "a"), Token);
        var claim = () => Engine.ClaimAsync("", 10, Token);
        var mark = () => HandledAsync(lease);
        var erase = () => Engine.EraseAsync(null, "2", Token);

        foreach (var write in new Func<Task>[] { append, repeat, claim, mark, erase })
            (await write.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage(Refusal);
        var entry = await EntryAsync(id);
        (entry.State, entry.ReceiveCount).Should().Be((WebSoInboxState.Handling, 1));
        (await CountAllAsync()).Should().Be(2);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Migration_OldProcessStarts_Fails()
    {
        Migrate();

        var open = () => OpenAnotherAsync();

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage(Refusal);
    }

    // Simulates a manual rollback of the database. Heartbeats continue.
    [Fact(Timeout = 60_000)]
    public async Task Migration_RolledBack_TheRunningProcessContinues()
    {
        var id = await AppendAsync(Delivery("1"));
        Migrate();
        var refused = () => Engine.AppendAsync(Delivery("2"), Token);
        await refused.Should().ThrowAsync<WebSoInboxStoreException>();
        for (var i = 0; i < 6; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(20, Token);
        }

        RollBack();
        await IdleAsync(TimeSpan.FromSeconds(20));

        await AppendAsync(Delivery("3"));

        (await HandleAllAsync()).Select(lease => lease.DocumentId).Should().Equal("1", "3");
        (await EntryAsync(id)).State.Should().Be(WebSoInboxState.Handled);
    }

    private protected void Migrate() => Execute("ALTER TABLE webso_deliveries ADD COLUMN priority INTEGER", "UPDATE webso_endpoints SET schema_version = 2");

    private void RollBack() => Execute("ALTER TABLE webso_deliveries DROP COLUMN priority", "UPDATE webso_endpoints SET schema_version = 1");

    private void Execute(params string[] statements)
    {
        var dialect = CreateDialect(Time);
        using (var session = dialect.CreateSession(dialect.OpenWriter(canCreate: false)))
        {
            session.Begin();
            foreach (var statement in statements)
                session.Execute(statement);
            session.Commit();
        }

        dialect.Close();
    }
}
