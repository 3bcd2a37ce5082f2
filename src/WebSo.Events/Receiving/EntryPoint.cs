using Microsoft.Extensions.Options;

namespace WebSo.Events.Receiving;

/// <summary>
/// A route, middleware or listener prefix through which calls reach an endpoint. An adapter for a web server describes it, so that the
/// setup is checked before the first call. The rules are in the core.
/// </summary>
/// <remarks>
/// An adapter creates an entry point for each route or prefix, passes it to <see cref="EventReceiverProvider.Add"/>, and calls <see
/// cref="Verify"/> before the web server listens, or <see cref="TryVerify"/> before each call. An entry point that <see cref="IsComplete"/>
/// when the host starts is also checked then.
/// </remarks>
/// <param name="receiver">The receiver of the endpoint.</param>
internal abstract class EntryPoint(EventReceiver receiver)
{
    private volatile bool _isVerified;
    private volatile bool _isRefused;
    private EntryPointRegistry? _registry;

    /// <summary>The receiver of the endpoint.</summary>
    public EventReceiver Receiver { get; } = receiver;

    /// <summary>
    /// The addresses, such as <c>/webso/events</c>. Two entry points that receive the same calls must have equal addresses.
    /// </summary>
    public abstract IReadOnlyList<string> Addresses { get; }

    /// <summary>The host environment. An endpoint without a guard starts only in <c>Development</c>.</summary>
    public abstract string EnvironmentName { get; }

    /// <summary>Whether the values of the other members are final. True by default.</summary>
    public virtual bool IsComplete => true;

    /// <summary>Whether the web server restricts access, in addition to the guards of the endpoint. False by default.</summary>
    public virtual bool IsAuthorized => false;

    /// <summary>Returns problems that only the adapter can detect, each with its fix. None by default.</summary>
    public virtual IEnumerable<string> FindProblems() => [];

    /// <summary>Checks the setup, unless it was already checked.</summary>
    /// <exception cref="OptionsValidationException">The setup is not valid. The message contains the reason and the fix.</exception>
    public void Verify()
    {
        if (_isVerified)
            return;
        if (FindAllProblems() is { Count: > 0 } problems)
            throw new OptionsValidationException(Receiver.Endpoint.Name, typeof(WebSoEventsOptions), problems);
    }

    /// <summary>Checks the setup, unless it was already checked. Logs problems once.</summary>
    /// <returns>True if the endpoint may receive calls. If false, answer with <see cref="EventReceiver.RefuseUnavailable"/>.</returns>
    public bool TryVerify() => _isVerified || (!_isRefused && VerifyOnce());

    // Ignores case, like IHostEnvironment.IsDevelopment.
    internal bool IsDevelopment => string.Equals(EnvironmentName, "Development", StringComparison.OrdinalIgnoreCase);

    // Called when the web server listens on an address that is reachable from all networks of the machine.
    internal void ListensEverywhere(string address) => _registry!.WarnIfOpen(this, address);

    internal void Attach(EntryPointRegistry registry) => _registry = registry;

    internal IReadOnlyList<string> FindAllProblems()
    {
        if (_isVerified)
            return [];

        var registry = _registry ?? throw new InvalidOperationException("The entry point was not added. Call EventReceiverProvider.Add first.");
        var problems = registry.FindProblems(this);
        _isVerified = problems.Count == 0;
        if (_isVerified)
            registry.Report(this);
        return problems;
    }

    private bool VerifyOnce()
    {
        if (FindAllProblems() is not { Count: > 0 } problems)
            return true;

        _isRefused = true;
        _registry!.ReportRefused(this, problems);
        return false;
    }
}
