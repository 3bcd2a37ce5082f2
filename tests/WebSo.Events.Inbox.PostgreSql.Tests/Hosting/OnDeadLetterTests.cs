using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class OnDeadLetterTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private readonly Channel<(Guid DeliveryId, DateTimeOffset? EndedAt)> _calls = Channel.CreateUnbounded<(Guid, DateTimeOffset?)>();

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task OnDeadLetter_AfterRestart_RepeatsOnlyFailedCalls()
    {
        await using (var first = await StartAsync(throws: true))
        {
            await first.PostAsync("1");
            await NextAsync();
            await Eventually.TrueAsync(() => first.Log.Messages("OnDeadLetterFailed").Count == 1, "the failure is logged");
        }

        (Guid DeliveryId, DateTimeOffset? EndedAt) call;
        await using (var second = await StartAsync(throws: false))
        {
            call = await NextAsync();
            await Eventually.TrueAsync(async () => await CountCallsAsync() == 1, "the call is recorded");
            await second.Inbox.ReplayAsync(new WebSoInboxFilter { DeliveryId = call.DeliveryId }, Token);
            var replayed = await NextAsync();
            replayed.DeliveryId.Should().Be(call.DeliveryId);
            replayed.EndedAt.Should().BeAfter(call.EndedAt!.Value);
            await Eventually.TrueAsync(async () => await CountCallsAsync() == 2, "the call is recorded");
        }

        await using var third = await StartAsync(throws: false);
        await third.PostAsync("2");
        (await NextAsync()).DeliveryId.Should().NotBe(call.DeliveryId);
        _calls.Reader.TryRead(out _).Should().BeFalse();
    }

    private Task<long> CountCallsAsync() => Server.ReadAsync<long>($"SELECT count(*) FROM {Database.Schema}.webso_outcomes WHERE handler = 'OnDeadLetter'");

    private async Task<(Guid DeliveryId, DateTimeOffset? EndedAt)> NextAsync() =>
        await _calls.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

    private Task<WebHost> StartAsync(bool throws) => WebHost.StartAsync(services => services.AddWebSoEvents()
        .AddHandler<UserFinishEvent>("h", (_, _, _) => throw new WebSoEventRejectedException("not for us"))
        .UsePostgreSqlInbox(Server.ConnectionString, configureDatabase: options => options.Schema = Database.Schema)
        .OnDeadLetter((deadLetter, _, _) =>
        {
            _calls.Writer.TryWrite((deadLetter.Entry.DeliveryId, deadLetter.Entry.EndedAt));
            return throws ? throw new IOException("no mail server") : default;
        }));
}
