using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// Setups of OnDeadLetter that stop the start.
public sealed class OnDeadLetterStartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_WithoutInbox_Fails()
    {
        await using var services = new ServiceCollection().AddWebSoEvents("b").OnDeadLetter(Record).Services.BuildServiceProvider();

        services.Invoking(provider => provider.GetRequiredService<IStartupValidator>().Validate())
            .Should().Throw<OptionsValidationException>().WithMessage("OnDeadLetter was called for the endpoint 'b', which has no inbox*");
    }

    [Fact]
    public async Task Start_ReceiveOnly_Fails()
    {
        var start = () => InboxHost.StartAsync(_folder.File(), endpoint => endpoint.OnDeadLetter(Record), options => options.ReceiveOnly = true);

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("OnDeadLetter was called for the default endpoint, whose inbox has ReceiveOnly*");
    }

    [Fact]
    public async Task Start_CalledTwice_Fails()
    {
        var start = () => InboxHost.StartAsync(_folder.File(), endpoint => endpoint.OnDeadLetter(Record).OnDeadLetter(Record));

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("OnDeadLetter was called twice for the default endpoint*");
    }

    [Fact]
    public async Task Start_HandlerOfTheReservedName_Fails()
    {
        var start = () => InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<WebSoEvent>("OnDeadLetter", (_, _, _) => default));

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*A handler has the name 'OnDeadLetter'*");
    }

    private static ValueTask Record(WebSoInboxDetails deadLetter, IServiceProvider services, CancellationToken cancellationToken) => default;
}
