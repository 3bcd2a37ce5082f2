namespace EndpointBenchmark;

// The result of one turn: calls per second, and processor time in µs and allocated bytes per call, without the client.
internal readonly record struct Sample(double CallsPerSecond, double ProcessorTime, double Allocated);
