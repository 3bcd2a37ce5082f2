using System.Diagnostics;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebSo.Events.Inbox.Contracts;
using Xunit;

namespace WebSo.Events.ScaleOutTest;

// An instance that runs on while its database answers late.
[Collection(nameof(PostgreSqlServer))]
public sealed class LateAnswerTests(PostgreSqlServer server)
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClaimThatIsAnsweredAfterTwoThirdsOfItsLease_IsGivenBack_AndHandledByTheNext()
    {
        var asked = new List<long>();
        var begun = new TaskCompletionSource<long>();

        await RunAsync(
            inner => new LateStore(inner, asked, lateClaims: 1),
            cancellationToken =>
            {
                begun.TrySetResult(Stopwatch.GetTimestamp());
                return Task.CompletedTask;
            },
            begun.Task);

        asked.Should().HaveCountGreaterThan(1);
        Stopwatch.GetElapsedTime(asked[1], await begun.Task).Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThan(s_lease);
    }

    [Fact]
    public async Task RenewalsThatAreAnsweredLate_TheHandlerIsCancelled_BeforeTheLeaseEnds()
    {
        var asked = new List<long>();
        var cancelled = new TaskCompletionSource<long>();

        await RunAsync(
            inner => new LateStore(inner, asked, lateClaims: 0),
            async cancellationToken =>
            {
                using var registration = cancellationToken.Register(() => cancelled.TrySetResult(Stopwatch.GetTimestamp()));
                await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
                cancellationToken.ThrowIfCancellationRequested();
            },
            cancelled.Task);

        Stopwatch.GetElapsedTime(asked[0], await cancelled.Task).Should().BeLessThan(s_lease);
    }

    private async Task RunAsync(Func<IWebSoInboxStore, IWebSoInboxStore> wrap, Func<CancellationToken, Task> handle, Task seen)
    {
        var options = new WebSoPostgreSqlOptions { Schema = "late_" + Guid.NewGuid().ToString("N"), LeaseDuration = s_lease };
        await using var inner = new WebSoPostgreSqlInboxStore(server.ConnectionString, options);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddWebSoEvents()
            .AddHandler<WebSoEvent>("handle", async (_, _, cancellationToken) => await handle(cancellationToken))
            .UseInbox(_ => wrap(inner));
        using var host = builder.Build();
        await host.StartAsync(Token);

        await inner.AppendAsync(Deliveries.Delivery(body: """{"user_id":"1","event":"USER_FINISH","document_id":"1","fields_signed":"1"}"""), Token);
        await seen.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await host.StopAsync(Token);
    }

    private sealed class LateStore(IWebSoInboxStore store, List<long> asked, int lateClaims) : DelegatingStore(store)
    {
        private int _late = lateClaims;

        public override async ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken)
        {
            var begin = Stopwatch.GetTimestamp();
            var claims = await base.ClaimAsync(endpointName, maxCount, cancellationToken);
            if (claims.Claims.Count > 0)
            {
                asked.Add(begin);
                if (Interlocked.Decrement(ref _late) >= 0)
                    await Task.Delay(s_lease * 0.8, cancellationToken);
            }

            return claims;
        }

        public override async ValueTask<IReadOnlyList<WebSoInboxClaim>> RenewAsync(IReadOnlyList<WebSoInboxClaim> claims, CancellationToken cancellationToken)
        {
            await Task.Delay(s_lease, CancellationToken.None);
            return await base.RenewAsync(claims, cancellationToken);
        }
    }
}
