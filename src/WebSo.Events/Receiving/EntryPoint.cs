using Microsoft.Extensions.Options;

namespace WebSo.Events.Receiving;

/// <summary>
/// A place where calls of an endpoint arrive: a route, a middleware, a prefix of a listener. What an adapter for a web server tells of it, so
/// that the setup is checked before the first call. Abstract because each web server has its own; the rules are in the core.
/// </summary>
/// <remarks>
/// An adapter creates one per place, gives it to <see cref="EventReceiverProvider.Add"/>, and calls <see cref="Verify"/> before the web server
/// listens, or <see cref="TryVerify"/> before each call. What <see cref="IsComplete"/> by then is checked when the host starts, too.
/// </remarks>
/// <param name="receiver">The receiver of the endpoint.</param>
internal abstract class EntryPoint(EventReceiver receiver)
{
    private volatile bool _isVerified;
    private volatile bool _isRefused;
    private EntryPoints? _all;

    /// <summary>The receiver of the endpoint.</summary>
    public EventReceiver Receiver { get; } = receiver;

    /// <summary>The addresses, such as <c>/webso/events</c>, in a form that is equal where two of them take the same calls.</summary>
    public abstract IReadOnlyList<string> Addresses { get; }

    /// <summary>The environment that the application runs in. An endpoint without a guard starts in <c>Development</c> only.</summary>
    public abstract string EnvironmentName { get; }

    /// <summary>Whether all that the other members tell is known by now. Not overridden: true.</summary>
    public virtual bool IsComplete => true;

    /// <summary>Whether something other than the endpoint's own guards decides who may call. Not overridden: false.</summary>
    public virtual bool IsAuthorized => false;

    /// <summary>What only the adapter can know to be wrong, each with its fix. Not overridden: nothing.</summary>
    public virtual IEnumerable<string> FindProblems() => [];

    /// <summary>Checks the setup, unless that was done.</summary>
    /// <exception cref="OptionsValidationException">The endpoint must not receive calls; the message says why and what to do.</exception>
    public void Verify()
    {
        if (_isVerified)
            return;
        if (FindAllProblems() is { Count: > 0 } problems)
            throw new OptionsValidationException(Receiver.Endpoint.Name, typeof(WebSoEventsOptions), problems);
    }

    /// <summary>Checks the setup, unless that was done. What is wrong is logged once.</summary>
    /// <returns>Whether the endpoint may receive calls. False: answer with <see cref="EventReceiver.RefuseUnavailable"/>.</returns>
    public bool TryVerify() => _isVerified || (!_isRefused && VerifyOnce());

    // As IHostEnvironment.IsDevelopment, which ignores case.
    internal bool IsDevelopment => string.Equals(EnvironmentName, "Development", StringComparison.OrdinalIgnoreCase);

    // What the adapter knows once the web server listens: an address that all networks of the machine reach.
    internal void ListensEverywhere(string address) => _all!.WarnIfOpen(this, address);

    internal void Attach(EntryPoints all) => _all = all;

    internal IReadOnlyList<string> FindAllProblems()
    {
        if (_isVerified)
            return [];

        var all = _all ?? throw new InvalidOperationException("The entry point is not known: call EventReceiverProvider.Add first.");
        var problems = all.FindProblems(this);
        _isVerified = problems.Count == 0;
        if (_isVerified)
            all.Report(this);
        return problems;
    }

    private bool VerifyOnce()
    {
        if (FindAllProblems() is not { Count: > 0 } problems)
            return true;

        _isRefused = true;
        _all!.ReportRefused(this, problems);
        return false;
    }
}
