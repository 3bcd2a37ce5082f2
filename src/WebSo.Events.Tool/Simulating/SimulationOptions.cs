namespace WebSo.Events.Tool.Simulating;

internal sealed record SimulationOptions
{
    public required int Documents { get; init; }

    public required int Signers { get; init; }

    public required int Fields { get; init; }

    public required int Seed { get; init; }

    public required int Parallel { get; init; }

    public required double Rate { get; init; }

    public FileInfo? ESign { get; init; }
}
