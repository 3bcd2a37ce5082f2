namespace WebSo.Events;

internal sealed record SimulationOptions(int Documents, int Signers, int Fields, int Seed, int Parallel, double Rate, FileInfo? ESign);
