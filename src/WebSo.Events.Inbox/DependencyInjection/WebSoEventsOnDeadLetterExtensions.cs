using WebSo.Events;
using WebSo.Events.Handling;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tells an application of the dead letters of an inbox.</summary>
public static class WebSoEventsOnDeadLetterExtensions
{
    /// <summary>
    /// Calls a delegate for each event that becomes a dead letter, for example to send a mail. At least once: it is called again until it has
    /// returned without an exception, also after a restart, and again when a replay ends as a dead letter.
    /// </summary>
    /// <param name="builder">The endpoint. It needs an inbox.</param>
    /// <param name="onDeadLetter">
    /// The delegate: gets the dead letter, the services of a scope of its own, and a token that is canceled when the process stops or after
    /// <see cref="WebSoEventsOptions.HandlerTimeout"/>.
    /// </param>
    /// <remarks>
    /// It is called after the commit, one call at a time, and delays no handler. One that throws is called again within two minutes, then less
    /// often, at least every 15 minutes. It can be called twice for the same dead letter: recognize that by <c>Entry.DeliveryId</c> and
    /// <c>Entry.SettledAt</c>. Dead letters of the time before the delegate was added are among those that it is called for, at most 100 a
    /// minute. The start fails without an inbox, with <see cref="WebSoInboxOptions.ReceiveOnly"/>, and when it is called twice for an endpoint.
    /// </remarks>
    /// <example>
    /// <code>
    /// builder.Services.AddWebSoEvents()
    ///     .UseSqliteInbox("events.db")
    ///     .OnDeadLetter(async (deadLetter, services, cancellationToken) => await services.GetRequiredService&lt;IAlerts&gt;()
    ///         .SendAsync($"{deadLetter.Entry.EventName} of {deadLetter.Entry.DocumentId}: {deadLetter.Entry.LastError}", cancellationToken));
    /// </code>
    /// </example>
    public static IWebSoEventsBuilder OnDeadLetter(
        this IWebSoEventsBuilder builder, Func<WebSoInboxDetails, IServiceProvider, CancellationToken, ValueTask> onDeadLetter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(onDeadLetter);

        var (name, label) = (builder.Name, new EndpointLabel(builder.Name).ToString());
        builder.Services.AddOptions<DeadLetterHook>(name)
            .Configure(hook => hook.Call = hook.Call is null
                ? onDeadLetter
                : throw new InvalidOperationException($"OnDeadLetter was called twice for {label}. Call it once, with a delegate that does both."))
            .Validate<IServiceProvider>(
                (_, services) => services.GetKeyedService<EndpointRole>(name) is not null,
                $"OnDeadLetter was called for {label}, which has no inbox, and so no dead letters. Add one, as UseSqliteInbox(\"events.db\"), or remove the call.")
            .Validate<IServiceProvider>(
                (_, services) => services.GetKeyedService<EndpointRole>(name) is not { Handles: false },
                $"OnDeadLetter was called for {label}, whose inbox has ReceiveOnly, so it would never be called. Move it to the process that handles.")
            .ValidateOnStart();
        return builder;
    }
}
