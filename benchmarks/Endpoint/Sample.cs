namespace EndpointBenchmark;

// Of one turn: calls per second; processor time in µs and bytes allocated per call, the client's not counted.
internal readonly record struct Sample(double CallsPerSecond, double ProcessorTime, double Allocated);
