using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>
/// What every store must do. A test project of a store derives one class from each of the contract classes and gives it a database;
/// each test has one of its own.
/// </summary>
public abstract class InboxStoreContract : IAsyncLifetime
{
    private readonly List<IWebSoInboxStore> _stores = [];

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected IWebSoInboxStore Store { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Store = await OpenAnotherAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // A store on this test's database, as another process would make one; not opened yet. Each call makes one more.
    protected abstract IWebSoInboxStore CreateStore(TimeProvider timeProvider);

    // Ends a store as a killed process does: what it has claimed stays claimed in the database.
    protected abstract Task KillAsync(IWebSoInboxStore store);

    // Lets the time pass after which another store may claim what a killed one had.
    protected virtual void PassLease()
    {
        if (Store.LeaseDuration is { } lease)
            Time.Advance(lease + TimeSpan.FromSeconds(1));
    }

    protected async Task<IWebSoInboxStore> OpenAnotherAsync()
    {
        var store = CreateStore(Time);
        _stores.Add(store);
        await store.OpenAsync(Token);
        return store;
    }

    protected async Task KillStoreAsync(IWebSoInboxStore store)
    {
        _stores.Remove(store);
        await KillAsync(store);
    }
}
