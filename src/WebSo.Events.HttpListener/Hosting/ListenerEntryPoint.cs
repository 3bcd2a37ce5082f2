namespace WebSo.Events.Listener.Hosting;

// Without a host, the environment comes from the variable that hosts read.
internal sealed class ListenerEntryPoint(EventReceiver receiver, IList<string> prefixes, string? environmentName) : EntryPoint(receiver)
{
    public override IReadOnlyList<string> Addresses { get; } = [.. prefixes];

    public override string EnvironmentName { get; } =
        environmentName ?? (Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is { Length: > 0 } variable ? variable : "Production");
}
