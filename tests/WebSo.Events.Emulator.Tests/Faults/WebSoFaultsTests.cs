using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class WebSoFaultsTests : IAsyncLifetime
{
    private const string Rendered = """{"event":"RENDER_RETURN","status":"success","document_id":"1"}""";

    private readonly CancellationTokenSource _deadline = new(Deadline.Time);
    private ScriptedReceiver _receiver = null!;

    private CancellationToken Token => _deadline.Token;

    public async ValueTask InitializeAsync() => _receiver = await ScriptedReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task DuplicateDelivery_IsSentOnceMore()
    {
        var result = await RenderAsync(WebSoFaults.DuplicateDelivery);

        result.Attempts.Select(attempt => attempt.Faults).Should().Equal(WebSoFaults.None, WebSoFaults.DuplicateDelivery);
        _receiver.TakeAll().Select(call => call.Text).Should().Equal(Rendered, Rendered);
    }

    [Fact]
    public async Task LostAnswer_AnsweredCall_IsRetried()
    {
        var result = await RenderAsync(WebSoFaults.LostAnswer);

        result.Attempts.Select(attempt => attempt.StatusCode).Should().Equal(null, 200);
        _receiver.TakeAll().Select(call => call.Text).Should().Equal(Rendered, Rendered);
    }

    [Fact]
    public async Task SilentSecondPost_KeepAliveConnection_SendsTwoCallsInOneAttempt()
    {
        await using var emulator = Create(WebSoFaults.SilentSecondPost);
        await emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: Token);
        var first = new[] { await _receiver.NextAsync(), await _receiver.NextAsync() };

        var result = await emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: Token);

        result.Should().ContainSingle().Which.Attempts.Should().ContainSingle().Which.StatusCode.Should().Be(200);
        var second = new[] { await _receiver.NextAsync(), await _receiver.NextAsync() };
        second.Select(call => call.Text).Distinct().Should().ContainSingle();
        second.Select(call => call.ConnectionId).Should().OnlyHaveUniqueItems();
        first.Select(call => call.ConnectionId).Intersect(second.Select(call => call.ConnectionId)).Should().ContainSingle();
    }

    [Fact]
    public async Task TornRequest_IncompleteBody_IsRetriedCompletely()
    {
        var result = await RenderAsync(WebSoFaults.TornRequest);

        result.Attempts.Select(attempt => attempt.StatusCode).Should().Equal(null, 200);
        var calls = new[] { await _receiver.NextAsync(), await _receiver.NextAsync() };
        calls.Should().ContainSingle(call => call.Body == null);
        calls.Should().ContainSingle(call => call.Body != null).Which.Text.Should().Be(Rendered);
    }

    [Fact]
    public async Task SlowRequest_Body_IsSentSlowlyInTenPieces()
    {
        var clock = new PauseObserver();
        await using var emulator = Create(WebSoFaults.SlowRequest, clock);
        var rendering = emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: Token);

        for (var i = 0; i < 10; i++)
        {
            (await clock.NextPauseAsync()).Should().Be(TimeSpan.FromMilliseconds(200));
            _receiver.TakeAll().Should().BeEmpty();
            clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        (await rendering).Should().ContainSingle().Which.Attempts.Should().ContainSingle().Which.Duration.Should().Be(TimeSpan.FromSeconds(2));
        (await _receiver.NextAsync()).Text.Should().Be(Rendered);
    }

    [Fact]
    public async Task Sockets_ReceiverClosesKeepAliveConnection_AreReopened()
    {
        using var sender = new WebSoEventSender(
            WebSoServerConfiguration.Parse($"webso_events_url={_receiver.Url}\nwebso_events_keys=X-A\nwebso_events_values=b"),
            new() { Faults = WebSoFaults.TornRequest, FaultRate = 0 });
        _receiver.ClosesConnections = true;

        await sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);
        await sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token);

        sender.Attempts.Should().HaveCount(2).And.OnlyContain(attempt => attempt.IsSuccess);
        _receiver.TakeAll().Should().HaveCount(2).And.OnlyContain(call => call.Headers["X-A"] == "b");
    }

    [Fact]
    public async Task ReorderedDelivery_NextEvent_IsSentFirst()
    {
        await using var emulator = Create(WebSoFaults.ReorderedDelivery);
        var document = emulator.CreateDocument();

        (await emulator.RenderAsync(document.Id, cancellationToken: Token)).Should().BeEmpty();
        _receiver.TakeAll().Should().BeEmpty();
        await emulator.SignFieldAsync(document.Id, "1", Token);
        await emulator.WaitForDeliveriesAsync(Token);

        Names().Should().Equal("FIELD_SIGNED_OR_REJECTED", "RENDER_RETURN", "STATUS_CHANGE", "USER_FINISH");
    }

    [Fact]
    public async Task ReorderedDelivery_NoNextEvent_IsSentWhenAwaited()
    {
        await using var emulator = Create(WebSoFaults.ReorderedDelivery);
        await emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: Token);

        await emulator.WaitForDeliveriesAsync(Token);

        Names().Should().Equal("RENDER_RETURN");
    }

    [Fact]
    public async Task UnknownEvent_Added_IsReadable()
    {
        await using var emulator = Create(WebSoFaults.UnknownEvent);

        await emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: Token);

        var calls = _receiver.TakeAll();
        calls.Should().HaveCount(2);
        WebSoEventSerializer.Default.Deserialize(calls[1].Body).Should().BeOfType<UnknownWebSoEvent>().Which.DocumentId.Should().Be("1");
    }

    [Fact]
    public async Task UnquotedName_Body_MatchesDocumentedExample()
    {
        await RenderAsync(WebSoFaults.UnquotedName);

        (await _receiver.NextAsync()).Text.Should().Be("""{event:"RENDER_RETURN","status":"success","document_id":"1"}""");
    }

    [Fact]
    public async Task NumbersForStrings_WholeNumbers_HaveNoQuotes()
    {
        await RenderAsync(WebSoFaults.NumbersForStrings);

        (await _receiver.NextAsync()).Text.Should().Be("""{"event":"RENDER_RETURN","status":"success","document_id":1}""");
    }

    [Fact]
    public async Task ShuffledProperties_Body_HasSamePropertiesInOtherOrder()
    {
        await RenderAsync(WebSoFaults.ShuffledProperties);

        var text = (await _receiver.NextAsync()).Text;
        text.Should().NotBe(Rendered);
        JsonElement.DeepEquals(JsonElement.Parse(text), JsonElement.Parse(Rendered)).Should().BeTrue();
    }

    [Fact]
    public async Task ExtraProperty_Body_HasAdditionalProperty()
    {
        await RenderAsync(WebSoFaults.ExtraProperty);

        WebSoEventSerializer.Default.Deserialize((await _receiver.NextAsync()).Body).ExtraProperties.Keys.Should().Equal("future_property");
    }

    [Fact]
    public async Task AllFaults_SameSeed_GivesSameRun()
    {
        var first = await RunAsync(seed: 7);
        var second = await RunAsync(seed: 7);
        var other = await RunAsync(seed: 8);

        first.Should().Equal(second);
        first.Should().NotEqual(other);
        first.Count.Should().BeGreaterThan(40 * 4);
    }

    [Fact]
    public async Task AllFaults_EveryBody_IsReadable()
    {
        await RunAsync(seed: 3);

        foreach (var call in _receiver.TakeAll().Where(call => call.Body is not null))
            WebSoEventSerializer.Default.Invoking(serializer => serializer.Deserialize(call.Body)).Should().NotThrow(call.Text);
    }

    [Fact]
    public void Create_HandlerAndFaultsThatNeedSockets_Throws()
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        var create = () => new WebSoEventSender(WebSoServerConfiguration.Parse(""), new() { Handler = handler, Faults = WebSoFaults.All });

        create.Should().Throw<ArgumentException>().WithMessage("*SilentSecondPost, SlowRequest, TornRequest*");
    }

    // The delivery log of a run, without times.
    private async Task<List<string>> RunAsync(int seed)
    {
        await using var emulator = new WebSoEmulator(
            WebSoServerConfiguration.Parse($"webso_events_url={_receiver.Url}\nwebso_events_retry=0"),
            new()
            {
                OverlapCalls = false,
                Faults = WebSoFaults.All,
                FaultRate = 0.2,
                Seed = seed,
                SlowRequestDuration = TimeSpan.Zero,
            });
        for (var i = 0; i < 40; i++)
        {
            var document = emulator.CreateDocument();
            await emulator.RenderAsync(document.Id, cancellationToken: Token);
            await emulator.SignFieldAsync(document.Id, "1", Token);
            await emulator.WaitForDeliveriesAsync(Token);
        }

        return [.. emulator.Attempts.Select(attempt => $"{attempt} {attempt.Faults} {Convert.ToHexString(attempt.Body.Span)}")];
    }

    private async Task<WebSoSendResult> RenderAsync(WebSoFaults faults)
    {
        await using var emulator = Create(faults);
        return (await emulator.RenderAsync(emulator.CreateDocument().Id, cancellationToken: Token)).Single();
    }

    private WebSoEmulator Create(WebSoFaults faults, TimeProvider? clock = null) => new(
        WebSoServerConfiguration.Parse($"webso_events_url={_receiver.Url}\nwebso_events_retry=0"),
        new()
        {
            OverlapCalls = false,
            Faults = faults,
            FaultRate = 1,
            TimeProvider = clock ?? TimeProvider.System,
            AttemptTimeout = PauseObserver.AttemptTimeout,
        });

    private IEnumerable<string> Names() => _receiver.TakeAll().Select(call => WebSoEventSerializer.Default.Deserialize(call.Body).EventName);
}
