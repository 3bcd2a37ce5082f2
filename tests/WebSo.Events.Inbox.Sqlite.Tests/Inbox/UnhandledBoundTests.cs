using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.Inbox.Sqlite.Tests.InboxHost;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A stranger who makes up names of events fills no disk.
public sealed class UnhandledBoundTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Flood_KeepsTheNewest_UpToTheCount_AndWarnsOnceAMinute()
    {
        await using var host = await StartAsync(options => options.MaxUnhandledCount = 10);

        await host.PostAsync(Finish("handled"));
        for (var i = 0; i < 30; i++)
            (await host.PostAsync(Unknown(i))).Outcome.Should().Be(WebSoOutcome.Unhandled);
        var kept = await UnhandledAsync(host);
        var whileItLasts = host.Log.Of("UnhandledRemoved").Count;
        _time.Advance(TimeSpan.FromMinutes(1));
        await host.PostAsync(Unknown(30));
        await host.Log.WaitForAsync("UnhandledRemoved", 2, Token);

        kept.Should().HaveCountLessThanOrEqualTo(11).And.StartWith(["29", "28", "27"]);
        whileItLasts.Should().Be(1);
        host.Log.Of("UnhandledRemoved").Should().SatisfyRespectively(
            first => first.Should().StartWith("Removed 1 events"),
            second => second.Should().StartWith("Removed 19 events"));
        await host.WaitForAsync(WebSoInboxState.Handled);
    }

    [Fact(Timeout = Limit)]
    public async Task Flood_KeepsTheNewest_UpToTheBytes()
    {
        await using var host = await StartAsync(options => options.MaxUnhandledBytes = 2000);

        for (var i = 0; i < 30; i++)
            await host.PostAsync(Unknown(i, new string('x', 300)));

        (await UnhandledAsync(host)).Should().HaveCountLessThan(8).And.StartWith(["29", "28", "27"]);
    }

    [Fact(Timeout = Limit)]
    public async Task WhatIsStoredAlready_IsBroughtWithinTheBoundAtTheStart()
    {
        await using (var host = await StartAsync(_ => { }))
        {
            for (var i = 0; i < 5; i++)
                await host.PostAsync(Unknown(i));
        }

        await using var later = await StartAsync(options => options.MaxUnhandledCount = 2);

        (await later.Log.WaitForAsync("UnhandledRemoved", Token)).Should().StartWith("Removed 3 events");
        (await UnhandledAsync(later)).Should().Equal("4", "3");
    }

    private static string Unknown(int document, string more = "") =>
        $$"""{"event":"MADE_UP_{{document}}","document_id":"{{document}}","more":"{{more}}"}""";

    private static async Task<List<string>> UnhandledAsync(InboxHost host)
    {
        var page = await host.Inbox.ListAsync(new WebSoInboxFilter { State = WebSoInboxState.Unhandled }, 100, null, Token);
        return [.. page.Entries.Select(entry => entry.DocumentId)];
    }

    private Task<InboxHost> StartAsync(Action<WebSoInboxOptions> configure) =>
        InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<UserFinishEvent>("a", (_, _, _) => default), configure, _time);
}
