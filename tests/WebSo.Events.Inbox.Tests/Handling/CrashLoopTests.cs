using System.Diagnostics;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// A handler that ends its process, like a stack overflow. Uses real processes that are restarted, as a service manager does.
public sealed class CrashLoopTests : IDisposable
{
    private const string FileVariable = "WEBSO_CRASH_LOOP_FILE";

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Handle_HandlerEndsTheProcess_IsADeadLetterAfterTenAttempts()
    {
        await StoreAsync();

        var crashes = 0;
        while (await RunProcessAsync() != 0)
            (++crashes).Should().BeLessThan(15);

        crashes.Should().Be(10);
        (await File.ReadAllLinesAsync(_folder.File("calls"), Token)).Should().HaveCount(10);
        var entry = await WithEngineAsync(async engine => (await engine.ListAsync(new WebSoInboxFilter(), 10, null, Token)).Entries.Single(entry => entry.DocumentId == "crashing"));
        entry.State.Should().Be(WebSoInboxState.DeadLetter);
        entry.LastError.Should().Contain("10 consecutive attempts");
    }

    [Fact(Timeout = 300_000)]
    public async Task Discard_AfterACrash_LetsTheProcessContinue()
    {
        await StoreAsync();
        (await RunProcessAsync()).Should().NotBe(0);

        (await WithEngineAsync(engine => engine.DiscardAsync(new WebSoInboxFilter { DocumentId = "crashing" }, Token))).Should().Be(1);

        (await RunProcessAsync()).Should().Be(0);
    }

    // Not a test, but the process that the tests above start. It exits with 0 when no events are left.
    [Fact(Explicit = true)]
    public async Task Process()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        Assert.SkipWhen(file is null, "Started by the other tests of this class.");
        await using var host = await WorkerHost.StartAsync(
            file,
            endpoint => endpoint.AddHandler<UserFinishEvent>("a", (e, _, _) =>
            {
                if (e.DocumentId != "crashing")
                    return default;
                File.AppendAllText(Path.Combine(Path.GetDirectoryName(file)!, "calls"), "call\n");
                Environment.FailFast("The handler ends the process.");
                return default;
            }),
            options => options.RetryDelay = TimeSpan.FromMilliseconds(1));
        while (await host.Engine.Reader.GetBacklogAsync(null, Token) is { Pending: > 0 } or { Handling: > 0 })
            await Task.Delay(5, Token);
    }

    private async Task<int> RunProcessAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-class", typeof(CrashLoopTests).FullName!, "-explicit", "only"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FileVariable] = _folder.File() },
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return process.ExitCode;
    }

    private Task<bool> StoreAsync() => WithEngineAsync(async engine =>
    {
        foreach (var document in new[] { "crashing", "other" })
        {
            var body = System.Text.Encoding.UTF8.GetBytes($$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"1"}""");
            await engine.AppendAsync(
                new NewDelivery
                {
                    Context = new WebSoEventContext
                    {
                        DeliveryId = Guid.CreateVersion7(),
                        ReceivedAt = DateTimeOffset.UtcNow,
                        EndpointName = "",
                        RequestPath = "/",
                        QueryString = "",
                        Body = body,
                    },
                    EventName = "USER_FINISH",
                    DocumentId = document,
                    State = WebSoInboxState.Pending,
                },
                Token);
        }

        return true;
    });

    private async Task<T> WithEngineAsync<T>(Func<InboxEngine, Task<T>> use)
    {
        await using var engine = new InboxEngine(new SqliteDialect(new SqliteFile(_folder.File(), allowUnsafeFileSystem: false)), TimeProvider.System, NullLogger.Instance);
        await engine.OpenAsync(Token);
        return await use(engine);
    }
}
