using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using static WebSo.Events.TestApp;

namespace WebSo.Events;

public sealed class ScopeTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HandlerLogs_HaveScopeOfEventOnlyInsideHandler(bool hasInbox)
    {
        var handled = new TaskCompletionSource<WebSoEventContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(endpoint =>
        {
            endpoint.Services.AddSingleton(handled);
            endpoint.AddHandler<UserFinishEvent, LoggingHandler>();
            if (hasInbox)
                endpoint.UseSqliteInbox(_folder.File());
        });

        await app.PostAsync(Finish("17\u202E"));
        var context = await handled.Task;
        app.Services.GetRequiredService<ILogger<ScopeTests>>().LogInformation("outside");

        var lines = app.Log.Entries;
        lines.Single(line => line.Text.StartsWith("inside", StringComparison.Ordinal)).Scopes.Should()
            .Contain($"Endpoint: Event:USER_FINISH DocumentId:17? DeliveryId:{context.DeliveryId}")
            .And.Contain("[Endpoint, ] [Event, USER_FINISH] [DocumentId, 17?]").And.Contain($"[DeliveryId, {context.DeliveryId}]");
        lines.Single(line => line.Text.StartsWith("outside", StringComparison.Ordinal)).Scopes.Should().NotContain("USER_FINISH");
    }

    private sealed class LoggingHandler(ILogger<LoggingHandler> logger, TaskCompletionSource<WebSoEventContext> handled) : IWebSoEventHandler<UserFinishEvent>
    {
        public ValueTask HandleAsync(UserFinishEvent e, WebSoEventContext context, CancellationToken cancellationToken)
        {
            logger.LogInformation("inside");
            handled.SetResult(context);
            return default;
        }
    }
}
