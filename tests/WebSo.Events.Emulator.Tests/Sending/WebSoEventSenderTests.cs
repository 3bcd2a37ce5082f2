using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class WebSoEventSenderTests : IAsyncLifetime
{
    private static readonly StatusChangeEvent s_event =
        new() { DocumentId = "23822", From = SignatureRequestStatus.New, To = SignatureRequestStatus.PartiallySigned };

    private readonly PauseObserver _clock = new();
    private readonly CancellationTokenSource _deadline = new(Deadline.Time);
    private ScriptedReceiver _receiver = null!;

    private CancellationToken Token => _deadline.Token;

    public async ValueTask InitializeAsync() => _receiver = await ScriptedReceiver.StartAsync(500, 204, 308, 200);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task SendAsync_FailuresThen200_RetriesSameBytesAfterDelay()
    {
        using var sender = CreateSender("webso_events_retry=3000");

        var sending = sender.SendAsync(s_event, cancellationToken: Token);
        for (var i = 0; i < 3; i++)
        {
            (await _clock.NextPauseAsync()).Should().Be(TimeSpan.FromMilliseconds(3000));
            _receiver.TakeAll().Should().ContainSingle();
            _clock.Advance(TimeSpan.FromMilliseconds(2999));
            sending.IsCompleted.Should().BeFalse();
            _receiver.TakeAll().Should().BeEmpty();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var result = await sending;
        result.IsDelivered.Should().BeTrue();
        result.Attempts.Select(attempt => attempt.StatusCode).Should().Equal(500, 204, 308, 200);
        result.Attempts.Select(attempt => attempt.Number).Should().Equal(1, 2, 3, 4);
        result.Attempts.Select(attempt => attempt.StartedAt - result.Attempts[0].StartedAt)
            .Should().Equal(TimeSpan.Zero, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(9));
        sender.Attempts.Should().Equal(result.Attempts);
    }

    [Fact]
    public async Task SendAsync_EachAttempt_PostsDocumentedBytes()
    {
        using var sender = CreateSender("webso_events_retry=0");

        await sender.SendAsync(s_event, cancellationToken: Token);

        var calls = _receiver.TakeAll();
        calls.Should().HaveCount(4).And.OnlyContain(call => call.Method == "POST" && call.Path == "/events");
        calls.Select(call => call.Text).Should().AllBe("""{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""");
        calls.Select(call => call.Headers["Content-Type"]).Should().AllBe("application/x-www-form-urlencoded");
    }

    [Fact]
    public async Task SendAsync_RetryUnsetAndFirstGeneration_RetriesAfter5000Ms()
    {
        using var sender = CreateSender("", new() { Generation = WebSoServerGeneration.First });

        var sending = sender.SendAsync(s_event, cancellationToken: Token);
        for (var i = 0; i < 3; i++)
        {
            (await _clock.NextPauseAsync()).Should().Be(TimeSpan.FromMilliseconds(5000));
            _clock.Advance(TimeSpan.FromMilliseconds(5000));
        }

        (await sending).Attempts.Should().HaveCount(4);
    }

    [Theory]
    [InlineData(WebSoServerGeneration.First)]
    [InlineData(WebSoServerGeneration.Second)]
    public async Task SendAsync_RetriesSetAndOldGeneration_RetriesWithoutLimit(WebSoServerGeneration generation)
    {
        using var sender = CreateSender("webso_events_retry=0\nwebso_events_retries=1", new() { Generation = generation });

        var result = await sender.SendAsync(s_event, cancellationToken: Token);

        result.IsDelivered.Should().BeTrue();
        result.Attempts.Should().HaveCount(4);
    }

    [Fact]
    public async Task SendAsync_HeadersConfiguredAndFirstGeneration_SendsNone()
    {
        using var sender = CreateSender("webso_events_retry=0\nwebso_events_keys=X-Some\nwebso_events_values=y", new() { Generation = WebSoServerGeneration.First });

        await sender.SendAsync(s_event, cancellationToken: Token);

        _receiver.TakeAll().Should().HaveCount(4).And.OnlyContain(call => !call.Headers.ContainsKey("X-Some"));
    }

    [Theory]
    [InlineData(WebSoServerGeneration.Second)]
    [InlineData(WebSoServerGeneration.Third)]
    public async Task SendAsync_RetryUnset_GivesUpAfterOneAttempt(WebSoServerGeneration generation)
    {
        using var sender = CreateSender("webso_events_retries=3", new() { Generation = generation });

        var result = await sender.SendAsync(s_event, cancellationToken: Token);

        result.IsDelivered.Should().BeFalse();
        result.Attempts.Should().ContainSingle().Which.StatusCode.Should().Be(500);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public async Task SendAsync_RetriesUsedUp_GivesUp(int retries, int attempts)
    {
        using var sender = CreateSender($"webso_events_retry=0\nwebso_events_retries={retries}");

        var result = await sender.SendAsync(s_event, cancellationToken: Token);

        result.IsDelivered.Should().BeFalse();
        _receiver.TakeAll().Should().HaveCount(attempts);
    }

    [Fact]
    public async Task SendAsync_HeadersConfigured_AreSentInEachCall()
    {
        using var sender = CreateSender("webso_events_retry=0\nwebso_events_keys=Authorization,X-Some,Content-Type\nwebso_events_values=Basic Zm9vOmJhcg==,y,text/plain");

        await sender.SendAsync(s_event, cancellationToken: Token);

        _receiver.TakeAll().Should().HaveCount(4).And.OnlyContain(call =>
            call.Headers["Authorization"] == "Basic Zm9vOmJhcg==" && call.Headers["X-Some"] == "y" && call.Headers["Content-Type"] == "text/plain");
    }

    [Fact]
    public async Task SendAsync_ContentTypeNull_SendsNone()
    {
        using var sender = CreateSender("webso_events_retries=0", new() { ContentType = null });

        await sender.SendAsync(s_event, cancellationToken: Token);

        (await _receiver.NextAsync()).Headers.Should().NotContainKey("Content-Type");
    }

    [Fact]
    public async Task SendAsync_FilteredOut_SendsNothing()
    {
        using var sender = CreateSender("webso_events_filter=RENDER_RETURN,USER_FINISH");

        var result = await sender.SendAsync(s_event, cancellationToken: Token);

        result.NotSentReason.Should().Be("webso_events_filter excludes the event.");
        _receiver.TakeAll().Should().BeEmpty();
    }

    [Fact]
    public async Task SendAsync_CallbackUrl_ReplacesUrlOfServer()
    {
        using var sender = CreateSender("webso_events_retry=0");

        await sender.SendAsync(s_event, _receiver.Url + "/of/document", Token);

        _receiver.TakeAll().Should().HaveCount(4).And.OnlyContain(call => call.Path == "/events/of/document");
    }

    [Fact]
    public async Task SendAsync_NoUrl_SendsNothing()
    {
        using var sender = new WebSoEventSender(WebSoServerConfiguration.Parse(""));

        (await sender.SendAsync(s_event, cancellationToken: Token)).NotSentReason.Should().Be("Neither a CallbackUrl nor webso_events_url is set.");
    }

    [Fact]
    public async Task SendAsync_NoListener_LogsErrorAndGivesUp()
    {
        await _receiver.DisposeAsync();
        using var sender = CreateSender("webso_events_retry=0\nwebso_events_retries=1");

        var result = await sender.SendAsync(s_event, cancellationToken: Token);

        result.IsDelivered.Should().BeFalse();
        result.Attempts.Should().HaveCount(2).And.OnlyContain(attempt => attempt.StatusCode == null && attempt.Error!.Contains("refused"));
    }

    [Fact]
    public async Task SendAsync_ResponseTooLate_FailsAttempt()
    {
        _receiver.BeforeAnswer = async (call, aborted) =>
        {
            _clock.Advance(PauseObserver.AttemptTimeout);
            await Task.Delay(Timeout.Infinite, aborted);
        };
        using var sender = CreateSender("webso_events_retries=0");

        var result = await sender.SendAsync(s_event, cancellationToken: Token);

        result.Attempts.Should().ContainSingle().Which.Error.Should().Be("No response within 00:07:00.");
        result.Attempts[0].Duration.Should().Be(PauseObserver.AttemptTimeout);
    }

    [Fact]
    public async Task SendAsync_CanceledDuringDelay_Throws()
    {
        using var sender = CreateSender("webso_events_retry=3000");
        using var cancelled = new CancellationTokenSource();
        var sending = sender.SendAsync(s_event, cancellationToken: cancelled.Token);
        await _clock.NextPauseAsync();

        await cancelled.CancelAsync();

        await sending.Invoking(task => task.WaitAsync(Deadline.Time)).Should().ThrowAsync<OperationCanceledException>();
        sender.Attempts.Should().ContainSingle();
    }

    [Fact]
    public async Task Dispose_DuringDelay_EndsDelivery()
    {
        var sender = CreateSender("webso_events_retry=3000");
        var sending = sender.SendAsync(s_event, cancellationToken: CancellationToken.None);
        await _clock.NextPauseAsync();

        sender.Dispose();

        await sending.Invoking(task => task.WaitAsync(Deadline.Time)).Should().ThrowAsync<OperationCanceledException>();
        await sender.Invoking(disposed => disposed.SendAsync(s_event, cancellationToken: Token)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task SendAsync_RawBytes_AreSentUnchanged()
    {
        using var sender = CreateSender("webso_events_retry=0\nwebso_events_filter=USER_FINISH");

        var result = await sender.SendAsync(new byte[] { 0, 0xFF, (byte)'{' }, cancellationToken: Token);

        result.IsDelivered.Should().BeTrue();
        _receiver.TakeAll().Should().HaveCount(4).And.OnlyContain(call => call.Body!.SequenceEqual(new byte[] { 0, 0xFF, (byte)'{' }));
    }

    [Fact]
    public async Task Attempts_OverCapacity_KeepsLatest()
    {
        using var sender = CreateSender("webso_events_retry=0", new() { LogCapacity = 2 });

        await sender.SendAsync(s_event, cancellationToken: Token);

        sender.Attempts.Select(attempt => attempt.StatusCode).Should().Equal(308, 200);
    }

    // HttpURLConnection does not send these headers, so a receiver that requires one refuses the calls of the emulator and of the server.
    [Theory]
    [InlineData(WebSoFaults.None)]
    [InlineData(WebSoFaults.SlowRequest)]
    public async Task Send_HeadersThatJavaSetsItself_AreNotSent(WebSoFaults faults)
    {
        string[] dropped =
        [
            "Access-Control-Request-Headers", "Access-Control-Request-Method", "Connection", "Content-Length", "Content-Transfer-Encoding", "Host", "Keep-Alive", "Origin",
            "Sec-Token", "Trailer", "Transfer-Encoding", "Upgrade", "via",
        ];
        await using var receiver = await ScriptedReceiver.StartAsync();
        var configuration = WebSoServerConfiguration.Parse(
            $"webso_events_url={receiver.Url}\nwebso_events_keys=X-Key,{string.Join(',', dropped)}\nwebso_events_values=1{string.Concat(Enumerable.Repeat(",geheim", dropped.Length))}");
        using var sender = new WebSoEventSender(configuration, new() { Faults = faults, FaultRate = 1, SlowRequestDuration = TimeSpan.Zero });

        await sender.SendAsync(new RenderReturnEvent { DocumentId = "1", Status = RenderStatus.Success }, cancellationToken: TestContext.Current.CancellationToken);

        var headers = (await receiver.NextAsync()).Headers;
        headers["X-Key"].Should().Be("1");
        headers.Values.Should().NotContain("geheim");
        WebSoLinter.LintConfiguration(configuration).Where(finding => finding is { Code: "header-dropped", Severity: WebSoLintSeverity.Error }).Should().HaveCount(dropped.Length, "lint names each");
    }

    private WebSoEventSender CreateSender(string configuration, WebSoEmulatorOptions? options = null)
    {
        options ??= new WebSoEmulatorOptions();
        options.TimeProvider = _clock;
        options.AttemptTimeout = PauseObserver.AttemptTimeout;
        return new WebSoEventSender(WebSoServerConfiguration.Parse($"webso_events_url={_receiver.Url}\n{configuration}"), options);
    }
}
