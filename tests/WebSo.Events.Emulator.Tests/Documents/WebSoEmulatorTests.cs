using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class WebSoEmulatorTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _deadline = new(Deadline.Time);
    private ScriptedReceiver _receiver = null!;

    private CancellationToken Token => _deadline.Token;

    public async ValueTask InitializeAsync() => _receiver = await ScriptedReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("webso/events")]
    [InlineData("ftp://host/x")]
    public void Create_InvalidUrl_Throws(string url)
    {
        var create = () => new WebSoEmulator(url);

        create.Should().Throw<ArgumentException>().WithMessage("*Use a URL like 'https://host/webso/events'*");
    }

    [Fact]
    public void Create_UrlWithLineBreak_Throws()
    {
        var create = () => new WebSoEmulator("http://host/webso/events\nwebso_events_filter=Q");

        create.Should().Throw<ArgumentException>().WithMessage("*contains a space*");
    }

    [Fact]
    public async Task Sign_AllFields_SendsAllEvents()
    {
        await using var emulator = CreateSerial();
        var document = emulator.CreateDocument(signers: 2, fieldsPerSigner: 2);

        await emulator.RenderAsync(document.Id, cancellationToken: Token);
        foreach (var field in document.Fields)
            await emulator.SignFieldAsync(document.Id, field.Id, Token);

        document.Status.Should().Be(SignatureRequestStatus.Finished);
        _receiver.TakeAll().Select(call => call.Text).Should().Equal(
            """{"event":"RENDER_RETURN","status":"success","document_id":"1"}""",
            """{"field_id":"1","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"1","user_id":"1"}""",
            """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"1"}""",
            """{"field_id":"2","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"1","user_id":"1"}""",
            """{"user_id":"1","event":"USER_FINISH","document_id":"1","fields_signed":"2"}""",
            """{"field_id":"3","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"1","user_id":"2"}""",
            """{"field_id":"4","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"1","user_id":"2"}""",
            """{"user_id":"2","event":"USER_FINISH","document_id":"1","fields_signed":"2"}""",
            """{"from":"2","to":"3","event":"STATUS_CHANGE","document_id":"1"}""");
    }

    [Fact]
    public async Task Reject_OneField_FailsWhenNoFieldIsOpen()
    {
        await using var emulator = CreateSerial();
        var document = emulator.CreateDocument(signers: 2);

        await emulator.RenderAsync(document.Id, cancellationToken: Token);
        await emulator.RejectFieldAsync(document.Id, "1", Token);
        document.Status.Should().Be(SignatureRequestStatus.New);
        await emulator.SignFieldAsync(document.Id, "2", Token);

        document.Status.Should().Be(SignatureRequestStatus.Failed);
        document.IsClosed.Should().BeTrue();
        _receiver.TakeAll().Skip(1).Select(call => call.Text).Should().Equal(
            """{"field_id":"1","field_status":"rejected","event":"FIELD_SIGNED_OR_REJECTED","document_id":"1","user_id":"1"}""",
            """{"user_id":"1","event":"USER_FINISH","document_id":"1","fields_signed":"0"}""",
            """{"field_id":"2","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"1","user_id":"2"}""",
            """{"user_id":"2","event":"USER_FINISH","document_id":"1","fields_signed":"1"}""",
            """{"from":"1","to":"4","event":"STATUS_CHANGE","document_id":"1"}""");
    }

    [Fact]
    public async Task RenderAsync_Failure_SendsErrorAndPreventsSigning()
    {
        await using var emulator = CreateSerial();
        var document = emulator.CreateDocument();

        await emulator.RenderAsync(document.Id, succeeds: false, Token);
        var sign = () => emulator.SignFieldAsync(document.Id, "1", Token);

        await sign.Should().ThrowAsync<InvalidOperationException>().WithMessage("*RenderAsync*");
        (await _receiver.NextAsync()).Text.Should().Be("""{"event":"RENDER_RETURN","status":"error","document_id":"1"}""");
        _receiver.TakeAll().Should().BeEmpty();
    }

    [Fact]
    public async Task SignFieldAsync_InvalidState_ThrowsAndSendsNothing()
    {
        await using var emulator = CreateSerial();
        var document = emulator.CreateDocument(signers: 2);
        var sign = (string id, string field) => () => emulator.SignFieldAsync(id, field, Token);

        await sign("1", "1").Should().ThrowAsync<InvalidOperationException>().WithMessage("*not rendered*");
        await emulator.RenderAsync(document.Id, cancellationToken: Token);
        await emulator.SignFieldAsync(document.Id, "1", Token);
        _receiver.TakeAll();

        await sign("1", "1").Should().ThrowAsync<InvalidOperationException>().WithMessage("*already Signed*");
        await sign("1", "3").Should().ThrowAsync<ArgumentException>().WithMessage("*no field '3'*");
        await sign("2", "1").Should().ThrowAsync<ArgumentException>().WithMessage("*no document '2'*");
        _receiver.TakeAll().Should().BeEmpty();
    }

    [Fact]
    public async Task Serial_FailedCalls_AreRetriedBeforeNextEvent()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(500, 204, 308, 200);
        var clock = new PauseObserver();
        await using var emulator = new WebSoEmulator(
            WebSoServerConfiguration.Parse($"webso_events_url={receiver.Url}\nwebso_events_retry=3000"),
            new() { OverlapCalls = false, TimeProvider = clock, AttemptTimeout = PauseObserver.AttemptTimeout });
        var document = emulator.CreateDocument();

        _ = emulator.RenderAsync(document.Id, cancellationToken: Token);
        _ = emulator.SignFieldAsync(document.Id, "1", Token);
        for (var i = 0; i < 3; i++)
        {
            (await clock.NextPauseAsync()).Should().Be(TimeSpan.FromMilliseconds(3000));
            clock.Advance(TimeSpan.FromMilliseconds(3000));
        }

        await emulator.WaitForDeliveriesAsync(Token);
        var rendered = """{"event":"RENDER_RETURN","status":"success","document_id":"1"}""";
        receiver.TakeAll().Select(call => call.Text).Should().Equal(
            rendered,
            rendered,
            rendered,
            rendered,
            """{"field_id":"1","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"1","user_id":"1"}""",
            """{"user_id":"1","event":"USER_FINISH","document_id":"1","fields_signed":"1"}""",
            """{"from":"1","to":"3","event":"STATUS_CHANGE","document_id":"1"}""");
        emulator.Attempts.Select(attempt => attempt.StatusCode).Should().Equal(500, 204, 308, 200, 200, 200, 200);
    }

    [Fact]
    public async Task Concurrent_CallWithoutResponse_NextEventIsSent()
    {
        var answer = new TaskCompletionSource();
        _receiver.BeforeAnswer = (call, _) => call.Text.Contains("RENDER_RETURN", StringComparison.Ordinal) ? answer.Task : Task.CompletedTask;
        await using var emulator = new WebSoEmulator(_receiver.Url);
        var document = emulator.CreateDocument();

        var rendering = emulator.RenderAsync(document.Id, cancellationToken: Token);
        var signed = await emulator.SignFieldAsync(document.Id, "1", Token);

        signed.Should().HaveCount(3).And.OnlyContain(result => result.IsDelivered);
        rendering.IsCompleted.Should().BeFalse();
        answer.SetResult();
        (await rendering).Should().ContainSingle().Which.IsDelivered.Should().BeTrue();
    }

    [Fact]
    public async Task Serial_CallWithoutResponse_DelaysOnlySameDocument()
    {
        var answer = new TaskCompletionSource();
        _receiver.BeforeAnswer = (call, _) => call.Text.Contains("RENDER_RETURN", StringComparison.Ordinal) && call.Text.Contains("\"1\"", StringComparison.Ordinal)
            ? answer.Task
            : Task.CompletedTask;
        await using var emulator = CreateSerial();
        var (held, other) = (emulator.CreateDocument(), emulator.CreateDocument());

        _ = emulator.RenderAsync(held.Id, cancellationToken: Token);
        await _receiver.NextAsync();
        var signed = emulator.SignFieldAsync(held.Id, "1", Token);
        await emulator.RenderAsync(other.Id, cancellationToken: Token);
        await emulator.SignFieldAsync(other.Id, "1", Token);

        _receiver.TakeAll().Should().HaveCount(4).And.OnlyContain(call => call.Text.Contains("\"document_id\":\"2\"", StringComparison.Ordinal));
        answer.SetResult();
        await signed;
        _receiver.TakeAll().Should().HaveCount(3);
    }

    [Fact]
    public async Task CloseAsync_DeliveriesInProgress_WaitsForThem()
    {
        var answer = new TaskCompletionSource();
        _receiver.BeforeAnswer = (_, _) => answer.Task;
        var emulator = CreateSerial();
        var rendering = emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: Token);
        await _receiver.NextAsync();

        var closing = emulator.CloseAsync(Token);
        closing.IsCompleted.Should().BeFalse();
        emulator.Invoking(closed => closed.CreateDocument()).Should().Throw<ObjectDisposedException>();
        answer.SetResult();

        await closing;
        (await rendering).Should().ContainSingle().Which.IsDelivered.Should().BeTrue();
    }

    [Fact]
    public async Task CloseAsync_Canceled_EndsDeliveries()
    {
        _receiver.BeforeAnswer = (_, aborted) => Task.Delay(Timeout.Infinite, aborted);
        var emulator = CreateSerial();
        var rendering = emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: CancellationToken.None);
        await _receiver.NextAsync();
        using var enough = new CancellationTokenSource();

        var closing = emulator.CloseAsync(enough.Token);
        await enough.CancelAsync();

        await closing.Invoking(task => task.WaitAsync(Deadline.Time)).Should().ThrowAsync<OperationCanceledException>();
        await rendering.Invoking(task => task.WaitAsync(Deadline.Time)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task DisposeAsync_DeliveriesInProgress_EndsThemImmediately()
    {
        await using var receiver = await ScriptedReceiver.StartAsync([.. Enumerable.Repeat(500, 10)]);
        var emulator = new WebSoEmulator(receiver.Url, new() { Generation = WebSoServerGeneration.First });
        var rendering = emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: CancellationToken.None);
        await receiver.NextAsync();

        await emulator.DisposeAsync().AsTask().WaitAsync(Deadline.Time, TestContext.Current.CancellationToken);

        await rendering.Invoking(task => task.WaitAsync(Deadline.Time)).Should().ThrowAsync<OperationCanceledException>();
        receiver.TakeAll().Should().BeEmpty();
    }

    [Fact]
    public async Task RenderAsync_Canceled_EndsOnlyTheWait()
    {
        var answer = new TaskCompletionSource();
        _receiver.BeforeAnswer = (_, _) => answer.Task;
        await using var emulator = CreateSerial();
        using var enough = new CancellationTokenSource();
        var rendering = emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: enough.Token);
        await _receiver.NextAsync();

        await enough.CancelAsync();
        await rendering.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        answer.SetResult();

        await emulator.WaitForDeliveriesAsync(Token);
        emulator.Attempts.Should().ContainSingle().Which.IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task RemoveDocument_Removed_IsUnknown()
    {
        await using var emulator = CreateSerial();
        var document = emulator.CreateDocument();

        emulator.RemoveDocument(document.Id).Should().BeTrue();

        emulator.RemoveDocument(document.Id).Should().BeFalse();
        emulator.Documents.Should().BeEmpty();
    }

    [Fact]
    public async Task FirstDocumentId_Set_IsIdOfFirstDocument()
    {
        await using var emulator = new WebSoEmulator(_receiver.Url, new() { FirstDocumentId = 23822 });

        emulator.CreateDocument().Id.Should().Be("23822");
        emulator.CreateDocument().Id.Should().Be("23823");
    }

    private WebSoEmulator CreateSerial() => new(_receiver.Url, new() { OverlapCalls = false });
}
