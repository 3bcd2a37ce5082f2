using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A server of its own, for tests that stop it and start it again, or take all its connections.</summary>
[CollectionDefinition(Name)]
public sealed class StoppableServer : IAsyncLifetime, ICollectionFixture<StoppableServer>
{
    public const string Name = "A server that is stopped";

    private readonly PostgreSqlServer _server = new() { MaxConnections = 25 };

    internal PostgreSqlServer Server
    {
        get
        {
            Assert.SkipUnless(_server.CanRestart, "The server is not the tests' own, and is not stopped.");
            return _server;
        }
    }

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
