using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// The entry points of all endpoints, and what must hold of them before calls come in.
internal sealed class EntryPoints(Func<Dictionary<string, EndpointRole>> getRoles, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    // Applications whose routes are mapped while the web server starts, as with a Startup class, have mapped them by then.
    private static readonly TimeSpan s_timeToMap = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly List<WebSoEntryPoint> _all = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reportedAsOpen = new(StringComparer.Ordinal);
    private Dictionary<string, EndpointRole>? _roles;
    private ITimer? _watch;

    public void Add(WebSoEntryPoint entryPoint)
    {
        entryPoint.Attach(this);
        lock (_gate)
            _all.Add(entryPoint);
    }

    // By the name of the endpoint.
    private Dictionary<string, EndpointRole> Roles => _roles ??= getRoles();

    // When the host starts.
    public IReadOnlyList<string> FindProblems()
    {
        // Read before the timer starts: when it fires, the services may already be disposed, and an exception would end the process.
        _ = Roles;
        _watch ??= timeProvider.CreateTimer(_ => WarnOfUnmapped(), null, s_timeToMap, Timeout.InfiniteTimeSpan);
        return [.. Snapshot().Where(entryPoint => entryPoint.IsComplete).SelectMany(entryPoint => entryPoint.FindAllProblems()).Distinct()];
    }

    public IReadOnlyList<string> FindProblems(WebSoEntryPoint entryPoint)
    {
        if (!RoleOf(entryPoint.Receiver).Receives)
            return [HandlesOnly(entryPoint)];

        var problems = entryPoint.FindProblems().ToList();
        if (Snapshot().FirstOrDefault(other => other != entryPoint && AddressOfBoth(other, entryPoint) is not null) is { } twin)
        {
            problems.Add(
                $"{AddressOfBoth(twin, entryPoint)} is mapped twice, for {Describe(twin)} and for {Describe(entryPoint)}, so calls would reach one of them "
                + "or none. Map each endpoint at a path of its own, and remove a line that is there twice.");
        }

        if (!entryPoint.IsDevelopment && !entryPoint.IsAuthorized && IsOpenByAccident(entryPoint.Receiver))
            problems.Add(NoGuard(entryPoint));
        return problems;
    }

    // What is allowed, but likely not meant: once per endpoint.
    public void Report(WebSoEntryPoint entryPoint)
    {
        var receiver = entryPoint.Receiver;
        lock (_gate)
        {
            if (!_reported.Add(receiver.EndpointName))
                return;
        }

        if (!receiver.HasHandlers && RoleOf(receiver).Handles)
            ReceiverLog.NoHandler(logger, receiver.EndpointName, new EndpointLabel(receiver.EndpointName).Argument);
        var isOpen = !entryPoint.IsAuthorized && !Guards.Exist(receiver.Options);
        if (entryPoint.IsDevelopment)
        {
            if (isOpen && !receiver.Options.AllowAnonymousCalls)
                ReceiverLog.NoGuardYet(logger, receiver.EndpointName);
            return;
        }

        if (isOpen)
            ReceiverLog.NoCredentials(logger, receiver.EndpointName);
        if (SecretStrength.FindShort(receiver.Options) is { Count: > 0 } names)
            ReceiverLog.ShortSecret(logger, receiver.EndpointName, SecretStrength.MinLength, string.Join(", ", names));
    }

    // In Development an endpoint may be without a guard, for calls of the same machine. Once per endpoint.
    public void WarnIfOpen(WebSoEntryPoint entryPoint, string address)
    {
        var receiver = entryPoint.Receiver;
        if (!entryPoint.IsDevelopment || entryPoint.IsAuthorized || Guards.Exist(receiver.Options))
            return;

        lock (_gate)
        {
            if (!_reportedAsOpen.Add(receiver.EndpointName))
                return;
        }

        ReceiverLog.OpenToNetwork(logger, receiver.EndpointName, address);
    }

    public void ReportRefused(WebSoEntryPoint entryPoint, IReadOnlyList<string> problems) =>
        ReceiverLog.SetupRefused(logger, entryPoint.Receiver.EndpointName, string.Join(" ", problems).Replace(Environment.NewLine, " ").Replace('\n', ' '));

    public void WarnOfUnmapped()
    {
        var mapped = Snapshot().Select(entryPoint => entryPoint.Receiver.EndpointName).ToList();
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

    private EndpointRole RoleOf(WebSoEventReceiver receiver) => Roles.TryGetValue(receiver.EndpointName, out var role) ? role : EndpointRole.Both;

    private static bool IsOpenByAccident(WebSoEventReceiver receiver) => !receiver.Options.AllowAnonymousCalls && !Guards.Exist(receiver.Options);

    private static string? AddressOfBoth(WebSoEntryPoint left, WebSoEntryPoint right) =>
        left.Addresses.Intersect(right.Addresses, StringComparer.OrdinalIgnoreCase).FirstOrDefault();

    private static EndpointLabel Describe(WebSoEntryPoint entryPoint) => new(entryPoint.Receiver.EndpointName);

    private static string HandlesOnly(WebSoEntryPoint entryPoint) =>
        $"HandleOnly is true for the inbox of {Describe(entryPoint)}, so this process takes no calls, but the endpoint is mapped at {string.Join(", ", entryPoint.Addresses)}. "
        + "Remove MapWebSoEvents, UseWebSoEvents, AddHttpListener or WebSoEventListener here and keep it in the process that receives, or remove HandleOnly.";

    private static string NoGuard(WebSoEntryPoint entryPoint)
    {
        var name = entryPoint.Receiver.EndpointName;
        var add = name.Length == 0 ? "services.AddWebSoEvents(options => " : $"services.AddWebSoEvents(\"{name}\", options => ";
        return
            $"""
            No guard: anyone who reaches {Describe(entryPoint)} could send events, so it does not start in the environment '{entryPoint.EnvironmentName}'. Do one of these:
            - Demand credentials that the server sends (webso_events_keys and webso_events_values in its config.ini): {add}options.RequireHeader("X-Webso-Key", secret)) or {add}options.RequireBasicAuthentication("user", secret))
            - If the server's generation can't send headers, let only its address in: {add}options.AllowedNetworks.Add("192.0.2.7"))
            - If something else keeps strangers out, allow everyone: {add}options.AllowAnonymousCalls = true)
            To try it without a guard on your own machine, set the environment variable DOTNET_ENVIRONMENT (with ASP.NET Core also ASPNETCORE_ENVIRONMENT) to Development.
            """;
    }

    private List<WebSoEntryPoint> Snapshot()
    {
        lock (_gate)
            return [.. _all];
    }
}
