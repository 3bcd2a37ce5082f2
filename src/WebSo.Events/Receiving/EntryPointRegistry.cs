using Microsoft.Extensions.Logging;

namespace WebSo.Events.Receiving;

// The entry points of all endpoints, and the rules that are checked before they receive calls.
internal sealed class EntryPointRegistry(Func<Dictionary<string, EndpointRole>> getRoles, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    // Long enough for applications that map their routes while the web server starts, such as those with a Startup class.
    private static readonly TimeSpan s_mappingTimeout = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly List<EntryPoint> _all = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reportedAsOpen = new(StringComparer.Ordinal);
    private Dictionary<string, EndpointRole>? _roles;
    private ITimer? _watch;

    public void Add(EntryPoint entryPoint)
    {
        entryPoint.Attach(this);
        lock (_gate)
            _all.Add(entryPoint);
    }

    // By the name of the endpoint.
    private Dictionary<string, EndpointRole> Roles => _roles ??= getRoles();

    // Called when the host starts.
    public IReadOnlyList<string> FindProblems()
    {
        // Resolve the roles before the timer starts: when it fires, the services may be disposed, and an exception would end the process.
        _ = Roles;
        _watch ??= timeProvider.CreateTimer(_ => WarnOfUnmapped(), null, s_mappingTimeout, Timeout.InfiniteTimeSpan);
        return [.. Snapshot().Where(entryPoint => entryPoint.IsComplete).SelectMany(entryPoint => entryPoint.FindAllProblems()).Distinct()];
    }

    public IReadOnlyList<string> FindProblems(EntryPoint entryPoint)
    {
        if (!RoleOf(entryPoint.Receiver).Receives)
            return [HandlesOnly(entryPoint)];

        var problems = entryPoint.FindProblems().ToList();
        if (Snapshot().FirstOrDefault(other => other != entryPoint && SharedAddress(other, entryPoint) is not null) is { } twin)
        {
            problems.Add(
                $"{SharedAddress(twin, entryPoint)} is mapped twice, for {Describe(twin)} and for {Describe(entryPoint)}, so calls would reach only one of them "
                + "or none. Map each endpoint to its own path, and remove duplicate mappings.");
        }

        if (!entryPoint.IsDevelopment && !entryPoint.IsAuthorized && IsOpenByAccident(entryPoint.Receiver))
            problems.Add(NoGuard(entryPoint));
        return problems;
    }

    // Logs settings that are allowed but probably not intended, once per endpoint.
    public void Report(EntryPoint entryPoint)
    {
        var receiver = entryPoint.Receiver;
        lock (_gate)
        {
            if (!_reported.Add(receiver.Endpoint.Name))
                return;
        }

        if (receiver.Endpoint.Handlers.Length == 0 && RoleOf(receiver).Handles)
            ReceiverLog.NoHandler(logger, receiver.Endpoint.Name, new EndpointLabel(receiver.Endpoint.Name).Argument);
        var isOpen = !entryPoint.IsAuthorized && !Guards.Exist(receiver.Endpoint.Options);
        if (entryPoint.IsDevelopment)
        {
            if (isOpen && !receiver.Endpoint.Options.AllowAnonymousCalls)
                ReceiverLog.NoGuardYet(logger, receiver.Endpoint.Name);
            return;
        }

        if (isOpen)
            ReceiverLog.NoCredentials(logger, receiver.Endpoint.Name);
        if (SecretStrength.FindShort(receiver.Endpoint.Options) is { Count: > 0 } names)
            ReceiverLog.ShortSecret(logger, receiver.Endpoint.Name, SecretStrength.MinLength, string.Join(", ", names));
    }

    // In Development, an endpoint without a guard is intended only for calls from the same machine. Logs once per endpoint.
    public void WarnIfOpen(EntryPoint entryPoint, string address)
    {
        var receiver = entryPoint.Receiver;
        if (!entryPoint.IsDevelopment || entryPoint.IsAuthorized || Guards.Exist(receiver.Endpoint.Options))
            return;

        lock (_gate)
        {
            if (!_reportedAsOpen.Add(receiver.Endpoint.Name))
                return;
        }

        ReceiverLog.OpenToNetwork(logger, receiver.Endpoint.Name, address);
    }

    public void ReportRefused(EntryPoint entryPoint, IReadOnlyList<string> problems) =>
        ReceiverLog.SetupRefused(logger, entryPoint.Receiver.Endpoint.Name, string.Join(" ", problems).Replace(Environment.NewLine, " ").Replace('\n', ' '));

    public void WarnOfUnmapped()
    {
        var mapped = Snapshot().Select(entryPoint => entryPoint.Receiver.Endpoint.Name).ToList();
        foreach (var name in Roles.Where(role => role.Value.Receives).Select(role => role.Key).Except(mapped))
        {
            lock (_gate)
            {
                if (!_reported.Add(name))
                    continue;
            }

            ReceiverLog.NotMapped(logger, name, name.Length == 0 ? "\"/webso/events\"" : $"\"/webso/events\", name: \"{name}\"");
        }
    }

    public void Dispose() => _watch?.Dispose();

    private EndpointRole RoleOf(EventReceiver receiver) => Roles.TryGetValue(receiver.Endpoint.Name, out var role) ? role : EndpointRole.Both;

    private static bool IsOpenByAccident(EventReceiver receiver) => !receiver.Endpoint.Options.AllowAnonymousCalls && !Guards.Exist(receiver.Endpoint.Options);

    private static string? SharedAddress(EntryPoint left, EntryPoint right) =>
        left.Addresses.Intersect(right.Addresses, StringComparer.OrdinalIgnoreCase).FirstOrDefault();

    private static EndpointLabel Describe(EntryPoint entryPoint) => new(entryPoint.Receiver.Endpoint.Name);

    private static string HandlesOnly(EntryPoint entryPoint) =>
        $"HandleOnly is true for the inbox of {Describe(entryPoint)}, so this process receives no calls, but the endpoint is mapped at {string.Join(", ", entryPoint.Addresses)}. "
        + "Remove MapWebSoEvents, UseWebSoEvents, AddHttpListener or WebSoEventListener from this process, or remove HandleOnly.";

    private static string NoGuard(EntryPoint entryPoint)
    {
        var name = entryPoint.Receiver.Endpoint.Name;
        var add = name.Length == 0 ? "services.AddWebSoEvents(options => " : $"services.AddWebSoEvents(\"{name}\", options => ";
        return
            $"""
            No guard: everyone who can reach {Describe(entryPoint)} could send events, so it does not start in the environment '{entryPoint.EnvironmentName}'. Do one of the following:
            - Require credentials that the server sends (webso_events_keys and webso_events_values in its config.ini): {add}options.RequireHeader("X-Webso-Key", secret)) or {add}options.RequireBasicAuthentication("user", secret))
            - If your version of the server can't send headers, allow only its address: {add}options.AllowedNetworks.Add("192.0.2.7"))
            - If something else restricts access, allow everyone: {add}options.AllowAnonymousCalls = true)
            To run it without a guard on your own machine, set the environment variable DOTNET_ENVIRONMENT (with ASP.NET Core also ASPNETCORE_ENVIRONMENT) to Development.
            """;
    }

    private List<EntryPoint> Snapshot()
    {
        lock (_gate)
            return [.. _all];
    }
}
